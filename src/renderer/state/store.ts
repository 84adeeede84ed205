import type { AppState } from './app-state.ts';

/**
 * Holds the one state of the page. Changes are plain functions from a state to the next; a view reads through
 * `useSyncExternalStore`, so a change that returns the same state tells nobody.
 */
export interface Store {
  read(): AppState;
  change(next: (state: AppState) => AppState): void;
  subscribe(listener: () => void): () => void;
}

export function createStore(initial: AppState): Store {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    read: () => state,
    change(next) {
      const changed = next(state);
      if (changed === state) return;
      state = changed;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
