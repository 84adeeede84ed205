import type { ReadStream } from 'node:tty';
import { type EscapeAction, EscapeFilter } from './escape-filter.ts';

export interface TypedInputOptions {
  terminal: ReadStream;
  /** False when no more is welcome until {@link InputSource.drained}; the bytes are taken all the same. */
  write: (bytes: Uint8Array) => boolean;
  /** Absent: `~` is a key like any other. */
  onEscape?: (action: EscapeAction) => void;
  /** The terminal has gone away. */
  onHangUp: () => void;
}

export interface InputSource {
  drained(): void;
  stop(): void;
}

/**
 * How much is still read once no more is welcome. Reading goes on for a while so that `~.` is seen while the far end does
 * not answer; only a paste of this size gets past it.
 */
const readOnBytes = 1024 * 1024;

/** Keys from a terminal, without the escapes where those are looked for. */
export function readTypedInput({ terminal, write, onEscape, onHangUp }: TypedInputOptions): InputSource {
  const filter = new EscapeFilter();
  let unwelcomeBytes = 0;
  const onData = (bytes: Uint8Array): void => {
    const { forward, actions } = onEscape ? filter.push(bytes) : { forward: bytes, actions: [] };
    if (forward.length > 0 && !write(forward)) {
      unwelcomeBytes += forward.length;
      if (unwelcomeBytes > readOnBytes) terminal.pause();
    }
    for (const action of actions) onEscape?.(action);
  };
  terminal.on('data', onData);
  terminal.on('end', onHangUp);
  terminal.on('error', onHangUp);
  // A question before the session has left it paused.
  terminal.resume();
  return {
    drained() {
      unwelcomeBytes = 0;
      terminal.resume();
    },
    stop() {
      terminal.off('data', onData);
      terminal.off('end', onHangUp);
      terminal.pause();
    },
  };
}
