import type { ChannelEnd } from '../../ssm/channel/channel-types.ts';
import type { NoticeWriter } from '../session/screen.ts';
import type { FinishedSession } from '../session/session-run.ts';
import type { Voice } from '../session/voice.ts';

/**
 * What scripts wait for on the official plugin's standard output, to the letter (protocol notes, sections 6.4 to 6.7 and 8.1).
 * What it does not say is ours, and goes to standard error.
 */
export class PluginVoice implements Voice {
  readonly tell: NoticeWriter['tell'];
  readonly settled: NoticeWriter['settled'];
  readonly screenTaken: NoticeWriter['screenTaken'];
  readonly #sessionId: string;
  readonly #print: (text: string) => void;
  #hasConnection = false;

  constructor(notices: NoticeWriter, sessionId: string, print: (text: string) => void) {
    this.tell = notices.tell;
    this.settled = notices.settled;
    this.screenTaken = notices.screenTaken;
    this.#sessionId = sessionId;
    this.#print = print;
  }

  /** Before the first byte of a stream; SSH clients skip lines in front of the server's banner. */
  starting(): void {
    this.#print(`\nStarting session with SessionId: ${this.#sessionId}\n`);
  }

  attached(): void {}

  agentSays: Voice['agentSays'] = (message, sessionType) => {
    if (sessionType === 'Port') this.tell([message]);
    else this.#print(`${message}\n`);
  };

  listening: Voice['listening'] = (address) => {
    const place = address.kind === 'unix' ? `Unix socket ${address.path}` : `Port ${address.port}`;
    this.#print(`${place} opened for sessionId ${this.#sessionId}.\nWaiting for connections...\n`);
  };

  connectionNews: Voice['connectionNews'] = (news, variant) => {
    if (variant === 'stream') return;
    if (news.kind === 'refused')
      this.#print('\nConnection to destination port failed, check SSM Agent logs.\n');
    if (news.kind !== 'opened' || this.#hasConnection) return;
    this.#hasConnection = true;
    this.#print(
      variant === 'multiplexed'
        ? `\nConnection accepted for session [${this.#sessionId}]\n`
        : `\nConnection accepted for session ${this.#sessionId}.\n`,
    );
  };

  exitCode(code: number): void {
    this.#print(`EXIT_CODE: ${code}`);
  }

  ended({ kind, end, notice }: FinishedSession): void {
    if (kind === 'stream' || end?.kind === 'failed') {
      if (notice) this.tell(notice);
      return;
    }
    if (end === undefined && kind === 'tunnel') this.#print('Terminate signal received, exiting.\n');
    this.#print(this.#lastWords(end));
    if (end === undefined && notice) this.tell(notice);
  }

  #lastWords(end: ChannelEnd | undefined): string {
    if (end?.kind === 'timed-out') return `Session: ${this.#sessionId} timed out.\n`;
    const said = end?.kind === 'closed' ? printableLines(end.message) : '';
    return said === ''
      ? `\n\nExiting session with sessionId: ${this.#sessionId}.\n\n`
      : `\n\nSessionId: ${this.#sessionId} : ${said}\n\n`;
  }
}

/** The service's and the agent's words, which may have lines of their own but no way to move the cursor. */
function printableLines(text: string): string {
  return text.replace(/[^\P{C}\n]+/gu, ' ').slice(0, 3_000);
}
