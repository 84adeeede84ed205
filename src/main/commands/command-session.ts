import type { SessionDocument } from '../../aws/session-document.ts';
import type { CommandOutput, CommandRun, RunCommandRequest } from '../../shared/commands.ts';
import type { DocumentParameters, Profile } from '../../shared/models.ts';
import type { CommandBytes, CommandProgress } from '../bytes/session-bytes.ts';
import { placeOf, SessionLife, type SessionSurroundings } from '../sessions/session-life.ts';

/** The service's own document for a command without a terminal (protocol notes, section 9.1). */
const defaultDocument = 'AWS-StartNonInteractiveCommand';

/** How long a command may take to react to Ctrl-C before its session is ended. */
const graceMs = 5_000;

export interface CommandSessionOptions {
  key: string;
  request: RunCommandRequest;
  profile: Profile;
  surroundings: SessionSurroundings;
  commandOf(key: string, onProgress: (progress: CommandProgress) => void): CommandBytes;
  onChanged(run: CommandRun): void;
  /** Runs something later; the result cancels it. */
  setTimer(run: () => void, delayMs: number): () => void;
}

/** One command on one node, from its start until it is forgotten. */
export class CommandSession {
  readonly life: SessionLife;
  readonly #bytes: CommandBytes;
  readonly #command: string;
  readonly #setTimer: CommandSessionOptions['setTimer'];
  #progress: CommandProgress = { stdout: { total: 0, dropped: 0 }, stderr: { total: 0, dropped: 0 } };
  #streams: CommandRun['streams'] = 'unknown';
  #exitCode: number | undefined;
  readonly #onChanged: () => void;
  #isCancelling = false;
  #stopGrace: () => void = () => {};

  constructor(options: CommandSessionOptions) {
    const { key, request, profile, surroundings, commandOf, onChanged, setTimer } = options;
    const { command, reason, documentName = defaultDocument } = request;
    this.#command = command;
    this.#setTimer = setTimer;
    const changed = (): void => onChanged(this.summary());
    this.#onChanged = changed;
    this.#bytes = commandOf(key, (progress) => {
      this.#progress = progress;
      changed();
    });
    this.life = new SessionLife(
      {
        key,
        kind: 'command',
        profile,
        place: {
          ...placeOf(request),
          documentName,
          ...(reason === undefined ? {} : { reason }),
        },
        sessionTypes: ['NonInteractiveCommands'],
        carrier: this.#bytes,
        prepare: () =>
          Promise.resolve({
            documentName,
            ...(reason === undefined ? {} : { reason }),
            parameters: (document) => parametersFor(command, document),
          }),
      },
      surroundings,
      {
        onChanged: () => {
          if (this.life.isEnded) this.#stopGrace();
          changed();
        },
        onStarted: ({ document }) => {
          this.#streams = streamsOf(document);
        },
        onExitCode: (code) => {
          this.#exitCode = code;
          // Only separated streams come with one, whatever was known beforehand.
          this.#streams = 'separate';
        },
      },
    );
  }

  summary(): CommandRun {
    return {
      ...this.life.facts(),
      command: this.#command,
      state: this.life.state,
      ...this.life.remarks(),
      streams: this.#streams,
      ...(this.#exitCode === undefined ? {} : { exitCode: this.#exitCode }),
      isCancelling: this.#isCancelling,
      ...this.#progress,
    };
  }

  read(stdoutFrom: number, stderrFrom: number): Promise<CommandOutput> {
    return this.#bytes.read(stdoutFrom, stderrFrom);
  }

  /**
   * Ctrl-C, then, after a while or when it is asked for again, the end of its session. At once where there is no channel to
   * send Ctrl-C over.
   */
  cancel(): void {
    if (this.life.isEnded) return;
    const isAskedAgain = this.#isCancelling;
    this.#isCancelling = true;
    this.#onChanged();
    if (isAskedAgain || this.life.state.kind !== 'live') {
      void this.life.end();
      return;
    }
    this.#bytes.interrupt();
    this.#stopGrace = this.#setTimer(() => void this.life.end(), graceMs);
  }

  dispose(): void {
    this.#stopGrace();
    this.#bytes.dispose();
  }
}

function parametersFor(command: string, document: SessionDocument | undefined): DocumentParameters {
  const separates = document?.separatesOutput ?? false;
  return {
    command: [command],
    ...(typeof separates === 'object' ? { [separates.parameter]: [separates.value] } : {}),
  };
}

function streamsOf(document: SessionDocument | undefined): CommandRun['streams'] {
  if (document === undefined) return 'unknown';
  return document.separatesOutput === false ? 'joined' : 'separate';
}
