import type { Notice } from './notices.ts';

/** The parts of `process.stdout` and `process.stderr` that are used. */
export interface OutputStream {
  isTTY?: boolean;
  write(chunk: Uint8Array | string, done?: () => void): boolean;
  on(event: 'drain' | 'error', listener: () => void): unknown;
  off(event: 'drain' | 'error', listener: () => void): unknown;
}

/** Gives the session's output to standard output, and holds the session back while that is full. */
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

/** Puts notices on standard error, clear of whatever the cursor stands on while the terminal is in raw mode. */
export function noticeWriter(errors: OutputStream): {
  tell(notice: Notice): void;
  setRaw(isRaw: boolean): void;
} {
  let isRaw = false;
  // Whoever read the notices has gone; that is no reason to leave the session.
  errors.on('error', () => undefined);
  return {
    tell(notice) {
      const [start, end] = isRaw && errors.isTTY ? ['\r\n', '\r\n'] : ['', '\n'];
      errors.write(start + notice.map((line) => `nodewharf: ${line}${end}`).join(''));
    },
    setRaw(value) {
      isRaw = value;
    },
  };
}
