import type { ChannelState } from '../../ssm/channel/channel-types.ts';
import type { LiveSession, SessionOptions } from '../../ssm/node/open-session.ts';
import type { LocalListener } from '../../ssm/node/port/listen-locally.ts';
import type { EndingSignal } from '../exit-code.ts';
import type { Notice } from '../notices.ts';
import type { SessionService } from './session-service.ts';
import type { Voice } from './voice.ts';

/** How a session turned out. */
export interface SessionOutcome {
  code: number;
  notice?: Notice | undefined;
  /** The session may still live at the service, which has to be told. */
  isOursToEnd: boolean;
}

/** What becomes of the bytes of a session, once its kind is known. It gets everything the channel tells. */
export interface SessionHandler {
  readonly kind: HandlerKind;
  onOutput(bytes: Uint8Array): void;
  onStdErr(bytes: Uint8Array): void;
  onExitCode(code: number): void;
  onFlag(flag: number): void;
  onDrain(): void;
  /** Passed on to {@link HandlerContext.report}, at once or when the last bytes have been given out. */
  onState(state: ChannelState): void;
  /** @returns true where the signal is for the far side and has gone there */
  claimsSignal(signal: EndingSignal): boolean;
  /** The exit code of a session that has ended well. */
  codeAtEnd(): number;
  /** Gives back what it has of the terminal at once, and resolves when nothing of it is left. Idempotent. */
  close(): Promise<void>;
}

export type HandlerKind = 'terminal' | 'command' | 'tunnel' | 'stream';

/** What a handler works with. */
export interface HandlerContext {
  readonly session: LiveSession;
  /** Those that `session` was opened with. */
  readonly options: SessionOptions;
  readonly host: NodeJS.Process;
  readonly voice: Voice;
  readonly service: SessionService;
  /** Opened before the session, or absent. */
  readonly listener: LocalListener | undefined;
  /** `~.` and its like are looked for in what is typed. */
  readonly hasEscapes: boolean;
  /** The connection has been gone for so long that it was told. */
  isLossTold(): boolean;
  report(state: ChannelState): void;
  finish(outcome: SessionOutcome): void;
}
