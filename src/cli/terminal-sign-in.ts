import { noCode } from '../aws/sign-in/closed-door.ts';
import { beginConsoleLogin } from '../aws/sign-in/console-login.ts';
import type { ConsoleLogin, MfaNeed, SignInDoor, SsoLogin } from '../aws/sign-in/sign-in-door.ts';
import { beginSsoLogin } from '../aws/sign-in/sso-login.ts';
import { printable } from './notices.ts';
import type { NoticeWriter } from './session/screen.ts';

/**
 * Asks the person at the terminal for what only a person can give, as long as no session has it. Where there is none, nobody
 * is asked.
 */
export class TerminalSignIn implements SignInDoor {
  readonly #host: NodeJS.Process;
  readonly #notices: NoticeWriter;
  #isOpen: boolean;
  #needed: SsoLogin | ConsoleLogin | undefined;

  constructor(host: NodeJS.Process, notices: NoticeWriter) {
    this.#host = host;
    this.#notices = notices;
    this.#isOpen = host.stdin.isTTY && host.stderr.isTTY;
  }

  /** From now on the terminal is the session's. */
  close(): void {
    this.#isOpen = false;
  }

  get hasTerminal(): boolean {
    return this.#isOpen;
  }

  ssoNeeded(login: SsoLogin): void {
    this.#needed = login;
  }

  consoleNeeded(login: ConsoleLogin): void {
    this.#needed = login;
  }

  async mfaCode({ serial, roleArn, wasRefused }: MfaNeed): Promise<string> {
    if (!this.#isOpen) throw noCode(roleArn);
    if (wasRefused) this.#notices.tell(['The code was not accepted.']);
    const code = await this.#ask(`Code of ${printable(serial)} for ${printable(roleArn)}: `);
    if (/^\d{6,8}$/.test(code)) return code;
    throw noCode(roleArn);
  }

  /** Signs in where a call has failed for want of it; false where nobody can. Rejects with an AppError. */
  async signIn(signal: AbortSignal): Promise<boolean> {
    const login = this.#needed;
    if (login === undefined || !this.#isOpen) return false;
    if ('consoleSession' in login) {
      const { url, done } = await beginConsoleLogin(login, { signal });
      this.#notices.tell([
        `Sign in as ${printable(login.consoleSession)}: open this in a browser of this computer, which comes back by itself:`,
        url,
      ]);
      await done;
    } else {
      const { url, userCode, done } = await beginSsoLogin(login, { flow: 'device', signal });
      this.#notices.tell([
        `Sign in to ${printable(login.sessionName ?? login.startUrl)}: open ${url}`,
        ...(userCode === undefined ? [] : [`and compare the code: ${userCode}`]),
      ]);
      await done;
    }
    this.#needed = undefined;
    return true;
  }

  /** The terminal stays in its line mode, so that Ctrl-C ends the program. The end of the input counts as an empty line. */
  #ask(question: string): Promise<string> {
    const { stdin, stderr } = this.#host;
    stderr.write(`nodewharf: ${question}`);
    return new Promise((resolve) => {
      const done = (text: string): void => {
        stdin.off('data', onData);
        stdin.off('end', onEnd);
        stdin.pause();
        resolve(text.trim());
      };
      const onData = (bytes: Uint8Array): void => done(Buffer.from(bytes).toString());
      const onEnd = (): void => done('');
      stdin.on('data', onData);
      stdin.on('end', onEnd);
      stdin.resume();
    });
  }
}
