/**
 * What passes over a session's own MessagePort, between the live session in main and the terminal in the page.
 *
 * Down: a `Uint8Array` is terminal output, in order, undecoded. The page answers with `consumed` once
 * xterm has parsed it. Main stops sending at {@link highWaterBytes} unconsumed and goes on below
 * {@link lowWaterBytes}.
 * Up: `input` carries what the terminal produced. Main answers with `accepted`, in lots, once the data channel
 * has taken the bytes; the page keeps at most {@link inputWindowBytes} unaccepted and holds back the rest.
 */
export type ToPage = Uint8Array | { kind: 'accepted'; byteCount: number } | { kind: 'replay-cut' };
export type ToMain =
  | { kind: 'input'; bytes: Uint8Array }
  | { kind: 'consumed'; byteCount: number }
  | { kind: 'size'; cols: number; rows: number };

export const highWaterBytes = 2 * 1024 * 1024;
export const lowWaterBytes = 1024 * 1024;
export const inputWindowBytes = 256 * 1024;
