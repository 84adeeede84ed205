import type { CommandOutput } from '../../shared/commands.ts';
import type { AppErrorData } from '../../shared/errors.ts';
import type { ToPage } from '../../shared/terminal-port.ts';
import type { DataKeyRequest } from '../../aws/data-key.ts';
import type {
  ChannelFigures,
  ChannelNews,
  ChannelStart,
  CommandProgress,
  ListeningAddress,
  TerminalSize,
  TunnelFigures,
} from './session-bytes.ts';

/** What a key stands for in the worker; made when it is first named. */
export type CarrierKind = 'terminal' | 'tunnel' | 'command';

/**
 * What main's own thread and the thread of the bytes say to each other. `key` is a session's; `port` counts the ports of
 * its page, `channel` its data channels, `question` what waits for an answer, each side counting its own.
 */
export type ToWorker =
  | { kind: 'open-channel'; carrier: CarrierKind; key: string; channel: number; start: ChannelStart }
  | { kind: 'reconnect'; carrier: CarrierKind; key: string }
  | { kind: 'dispose'; carrier: CarrierKind; key: string }
  | { kind: 'attach'; key: string; port: number }
  | { kind: 'from-page'; key: string; port: number; message: unknown }
  | { kind: 'port-closed'; key: string; port: number }
  | { kind: 'await-channel'; key: string; size: TerminalSize }
  | { kind: 'interrupt'; key: string }
  | { kind: 'ask'; question: number; ask: AskOfWorker }
  | { kind: 'answer'; question: number; outcome: Outcome };

/** Questions to the worker, by what is asked; {@link WorkerAnswers} has the answers. */
export type AskOfWorker =
  | { what: 'end-channel'; carrier: CarrierKind; key: string }
  | { what: 'figures'; key: string }
  | { what: 'listen'; key: string; address: ListeningAddress }
  | { what: 'output'; key: string; stdoutFrom: number; stderrFrom: number };

export interface WorkerAnswers {
  'end-channel': undefined;
  figures: ChannelFigures | undefined;
  listen: ListeningAddress;
  output: CommandOutput;
}

/** Of a question about credentials. The verdict is that of `classifyResumeError`. */
export type Outcome =
  | { ok: true; value: unknown }
  | { ok: false; verdict: 'gone' | 'unauthorised' | 'retry'; error: AppErrorData };

export type FromWorker =
  | { kind: 'to-page'; key: string; port: number; message: ToPage }
  | { kind: 'close-port'; key: string; port: number }
  | { kind: 'tunnel-figures'; key: string; figures: TunnelFigures }
  | { kind: 'command-progress'; key: string; progress: CommandProgress }
  | { kind: 'news'; key: string; channel: number; news: ChannelNews }
  | { kind: 'ask'; key: string; channel: number; question: number; ask: AskOfMain }
  | {
      kind: 'answer';
      question: number;
      outcome: { ok: true; value: unknown } | { ok: false; error: AppErrorData };
    };

/** What the worker cannot do itself, since the credentials are not there. */
export type AskOfMain =
  | { what: 'resume' }
  | { what: 'headers'; url: string }
  | { what: 'data-key'; request: DataKeyRequest };
