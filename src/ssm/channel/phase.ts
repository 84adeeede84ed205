import type { SsmError } from '../ssm-error.ts';

/**
 * Where a channel is in its life. The transitions are the table in `channel.ts`.
 *
 *                       start
 *            fresh ──────────────► opening ──socket-opened──► live
 *                                   │   ▲                      │
 *                     socket-closed │   │ resumed              │ socket-closed
 *                                   ▼   │                      │
 *     waiting ──time, reconnect-now─► resuming ◄───────────────┘
 *        ▲                              │   ▲
 *        └──────resume-failed: retry────┤   │ reconnect-now
 *                                       └► blocked      (resume-failed: unauthorised)
 *
 *     live ──handshake refused───► refusing ─┐
 *     live ──channel_closed, gap─► closing ──┼──► ended   (and from everywhere: end, fail)
 *     live ──channel_closed──────────────────┤
 *     resuming ──gone, empty token───────────┘
 *
 * `attempt` counts the tries since the last good connection; it is 0 for the very first one. Times are in ms.
 */
export type Phase =
  | { kind: 'fresh' }
  | { kind: 'opening'; attempt: number; since: number }
  /** `isProven`: a valid message has come, so the next loss starts the schedule of tries anew. */
  | { kind: 'live'; attempt: number; since: number; isProven: boolean }
  | { kind: 'waiting'; attempt: number; until: number }
  | { kind: 'resuming'; attempt: number; since: number }
  | { kind: 'blocked' }
  /** The handshake has been answered with a refusal; the answer gets a moment to arrive. */
  | { kind: 'refusing'; until: number; answerNumber: number; error: SsmError }
  /** The service has closed the channel, and output is missing that may still be on its way. */
  | { kind: 'closing'; until: number; message: string }
  | { kind: 'ended' };

export type PhaseOf<Kind extends Phase['kind']> = Extract<Phase, { kind: Kind }>;
