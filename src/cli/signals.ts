/** Asked to end: by hand, by the system, by a closing terminal. SIGINT arrives only where the terminal is not raw. */
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
}

/** Calls `onSignal` for each signal that asks to end, until the returned function is called. */
export function watchSignals(source: SignalSource, onSignal: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of endingSignals) source.on(signal, onSignal);
  return () => {
    for (const signal of endingSignals) source.off(signal, onSignal);
  };
}
