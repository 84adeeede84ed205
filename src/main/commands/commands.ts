import { randomUUID } from 'node:crypto';
import type { CommandOutput, CommandRun, RunCommandRequest } from '../../shared/commands.ts';
import { AppError } from '../../shared/errors.ts';
import type { Profile } from '../../shared/models.ts';
import type { CommandBytes, CommandProgress } from '../bytes/session-bytes.ts';
import type { LiveSessions } from '../sessions/live-sessions.ts';
import { destinationWords, type SessionSurroundings } from '../sessions/session-life.ts';
import { CommandSession } from './command-session.ts';

/** Each ended command may hold two streams of 2 MiB: the oldest are forgotten beyond this many. */
const keptEnded = 20;

export interface CommandsOptions {
  surroundings: SessionSurroundings;
  commandOf(key: string, onProgress: (progress: CommandProgress) => void): CommandBytes;
  /** Gives the profile of an id, as it connects to the Region that the target is in, or throws `not-found`. */
  profile(id: string, attempted: string, target: string | undefined): Profile;
  lives: LiveSessions;
  setTimer(run: () => void, delayMs: number): () => void;
  onChanged(run: CommandRun): void;
  onForgotten(key: string): void;
}

/** The commands of this run of the app, running and ended, with their output. */
export class Commands {
  readonly #options: CommandsOptions;
  readonly #sessions = new Map<string, CommandSession>();

  constructor(options: CommandsOptions) {
    this.#options = options;
  }

  /** Newest first. */
  list(): CommandRun[] {
    return [...this.#sessions.values()].map((session) => session.summary()).toReversed();
  }

  live(): CommandRun[] {
    return this.list().filter(({ state }) => state.kind !== 'ended');
  }

  /** Answers before StartSession has; what becomes of it comes as news. */
  run(request: RunCommandRequest): CommandRun {
    const attempted = `Run a command on ${destinationWords(request)}`;
    const { profile, lives, surroundings, commandOf, setTimer, onChanged } = this.#options;
    const chosen = profile(request.profileId, attempted, request.target);
    lives.assertOpen(attempted);
    const key = randomUUID();
    const session = new CommandSession({
      key,
      request,
      profile: chosen,
      surroundings,
      commandOf,
      onChanged,
      setTimer,
    });
    this.#sessions.set(key, session);
    lives.add(key, session.life);
    this.#forgetOldest();
    return session.summary();
  }

  read(key: string, stdoutFrom: number, stderrFrom: number): Promise<CommandOutput> {
    return this.#get(key, 'Read the output of a command').read(stdoutFrom, stderrFrom);
  }

  cancel(key: string): void {
    this.#get(key, 'Cancel a command').cancel();
  }

  forget(key: string): void {
    const attempted = 'Forget a command';
    const session = this.#get(key, attempted);
    if (!session.life.isEnded) {
      throw new AppError({
        code: 'bad-request',
        attempted,
        message: 'The command still runs.',
        hint: 'Cancel it first.',
        retryable: false,
      });
    }
    this.#sessions.delete(key);
    this.#options.lives.remove(key);
    session.dispose();
    this.#options.onForgotten(key);
  }

  #forgetOldest(): void {
    const ended = [...this.#sessions].filter(([, { life }]) => life.isEnded);
    for (const [key] of ended.slice(0, Math.max(0, ended.length - keptEnded))) this.forget(key);
  }

  #get(key: string, attempted: string): CommandSession {
    const session = this.#sessions.get(key);
    if (session !== undefined) return session;
    throw new AppError({
      code: 'not-found',
      attempted,
      message: 'There is no such command; it may have been forgotten.',
      hint: '',
      retryable: false,
    });
  }
}
