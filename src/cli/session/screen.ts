import type { Notice } from '../notices.ts';
import type { ScreenModes } from './screen-modes.ts';

/** The parts of `process.stdout` and `process.stderr` that are used. */
export interface OutputStream {
  isTTY?: boolean;
  write(chunk: Uint8Array | string, done?: () => void): boolean;
  on(event: 'drain' | 'error', listener: () => void): unknown;
  off(event: 'drain' | 'error', listener: () => void): unknown;
}

/** Gives the session's output to a stream of ours, and holds the session back while that is full. */
export function writeOutput(
  output: OutputStream,
  flow: { pause: () => void; resume: () => void; onClosed: () => void },
): { write(bytes: Uint8Array): void; stop(): void } {
  let isFull = false;
  const onDrain = (): void => {
    isFull = false;
    flow.resume();
  };
  output.on('drain', onDrain);
  output.on('error', flow.onClosed);
  return {
    write(bytes) {
      if (output.write(bytes) || isFull) return;
      isFull = true;
      flow.pause();
    },
    // The error listener stays: what is still buffered may fail later, and nobody would catch it.
    stop: () => output.off('drain', onDrain),
  };
}

/** Resolves when everything written so far has left the process. */
export function flushed(output: OutputStream): Promise<void> {
  return new Promise((resolve) => {
    output.on('error', resolve);
    output.write('', resolve);
  });
}

/** `CSI 22;2t` and `CSI 23;2t`: the window's title is put aside and brought back, where the terminal knows how. */
const keepTitle = '\u001b[22;2t';
const giveTitleBack = '\u001b[23;2t';

export interface NoticeWriter {
  tell(notice: Notice): void;
  settled(): void;
  screenTaken(modes: ScreenModes | undefined): void;
}

/**
 * Puts notices on standard error, clear of whatever the cursor stands on while the session has the terminal. Into a
 * full-screen program not a line is written: there a notice is the title of the window, for as long as it holds.
 */
export function noticeWriter(errors: OutputStream): NoticeWriter {
  let modes: ScreenModes | undefined;
  let isTitleKept = false;
  // Whoever read the notices has gone; that is no reason to leave the session.
  errors.on('error', () => undefined);
  const giveBack = (): void => {
    if (isTitleKept) errors.write(giveTitleBack);
    isTitleKept = false;
  };
  return {
    tell(notice) {
      const isShared = modes !== undefined && errors.isTTY === true;
      if (isShared && modes?.isAlternate) {
        errors.write(`${isTitleKept ? '' : keepTitle}\u001b]2;nodewharf: ${notice[0] ?? ''}\u0007`);
        isTitleKept = true;
        return;
      }
      const [start, end] = isShared ? ['\r\n', '\r\n'] : ['', '\n'];
      errors.write(start + notice.map((line) => `nodewharf: ${line}${end}`).join(''));
    },
    settled: giveBack,
    screenTaken(value) {
      if (value === undefined) giveBack();
      modes = value;
    },
  };
}
