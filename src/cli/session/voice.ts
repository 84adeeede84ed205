import type { LocalAddress } from '../../ssm/node/port/local-address.ts';
import type { ConnectionNews } from '../../ssm/node/port/port-types.ts';
import type { PortVariant } from '../../ssm/port/variant.ts';
import type { SessionType } from '../../ssm/wire/handshake.ts';
import type { Notice } from '../notices.ts';
import type { ScreenModes } from './screen-modes.ts';

/** What a program says about its session, in its own words: ours for people, the official plugin's for scripts. */
export interface Voice {
  /** For people, on standard error. */
  tell(notice: Notice): void;
  /** What was told has passed, and need not stand anywhere any longer. */
  settled(): void;
  /** The session has the terminal, in raw mode, or no longer has it. */
  screenTaken(modes: ScreenModes | undefined): void;
  /** What is typed goes to the node from now on. */
  attached(): void;
  /** The agent's sentence for people, without control characters. */
  agentSays(message: string, sessionType: SessionType): void;
  listening(address: LocalAddress): void;
  connectionNews(news: ConnectionNews, variant: PortVariant): void;
  exitCode(code: number): void;
}
