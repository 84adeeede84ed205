import type { EndingSignal } from './exit-code.ts';

/** Asked to end: by hand, by the system, by a closing terminal. SIGINT arrives only where the terminal is not raw. */
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const satisfies EndingSignal[];

export interface SignalSource {
  on(signal: EndingSignal, listener: () => void): unknown;
  off(signal: EndingSignal, listener: () => void): unknown;
}

/** Calls `onSignal` for each signal that asks to end, until the returned function is called. */
export function watchSignals(source: SignalSource, onSignal: (signal: EndingSignal) => void): () => void {
  const listeners = endingSignals.map((signal) => [signal, (): void => onSignal(signal)] as const);
  for (const [signal, listener] of listeners) source.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) source.off(signal, listener);
  };
}
