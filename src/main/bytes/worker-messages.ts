import type { AppErrorData } from '../../shared/errors.ts';
import type { ToPage } from '../../shared/terminal-port.ts';
import type { ChannelFigures, ChannelNews, TerminalSize } from './session-bytes.ts';

/**
 * What main's own thread and the thread of the bytes say to each other. `key` is a session's; `port` counts the ports of
 * its page, `channel` its data channels, `question` what waits for an answer.
 */
export type ToWorker =
  | { kind: 'attach'; key: string; port: number }
  | { kind: 'from-page'; key: string; port: number; message: unknown }
  | { kind: 'port-closed'; key: string; port: number }
  | { kind: 'await-channel'; key: string; size: TerminalSize }
  | {
      kind: 'open-channel';
      key: string;
      channel: number;
      sessionId: string;
      tokenValue: string;
      streamUrl: string;
    }
  | { kind: 'reconnect'; key: string }
  | { kind: 'end-channel'; key: string }
  | { kind: 'read-figures'; key: string; question: number }
  | { kind: 'dispose'; key: string }
  | { kind: 'answer'; question: number; outcome: Outcome };

/** Of a question about credentials. The verdict is that of `classifyResumeError`. */
export type Outcome =
  | { ok: true; value: unknown }
  | { ok: false; verdict: 'gone' | 'unauthorised' | 'retry'; error: AppErrorData };

export type FromWorker =
  | { kind: 'to-page'; key: string; port: number; message: ToPage }
  | { kind: 'close-port'; key: string; port: number }
  | { kind: 'news'; key: string; channel: number; news: ChannelNews }
  | { kind: 'ask-resume'; key: string; channel: number; question: number }
  | { kind: 'ask-headers'; key: string; channel: number; question: number; url: string }
  | { kind: 'figures'; question: number; figures: ChannelFigures | undefined };
