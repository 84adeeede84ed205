import { createContext, useContext, useEffect, useReducer, useSyncExternalStore } from 'react';
import type { App } from '../app.ts';
import type { NodeIndex } from '../nodes/node-index.ts';
import type { AppState } from '../state/app-state.ts';

const AppContext = createContext<App | undefined>(undefined);
export const AppProvider = AppContext.Provider;

export function useApp(): App {
  const app = useContext(AppContext);
  if (app === undefined) throw new Error('A view was drawn outside the app.');
  return app;
}

/** Reads a part of the state. `select` must answer the same value for the same state: no new objects. */
export function useAppState<T>(select: (state: AppState) => T): T {
  const { store } = useApp();
  return useSyncExternalStore(store.subscribe, () => select(store.read()));
}

/** Reads all nodes; drawn anew after news of any. */
export function useNodes(): NodeIndex {
  const { nodes } = useApp();
  useSyncExternalStore(nodes.subscribe, () => nodes.version);
  return nodes;
}

/** Reads a part of what is known of the nodes. `select` must answer the same value as long as nothing has changed. */
export function useNodeFact<T>(select: (nodes: NodeIndex) => T): T {
  const { nodes } = useApp();
  return useSyncExternalStore(nodes.subscribe, () => select(nodes));
}

/** The time, epoch milliseconds, drawn anew each `everyMs`; undefined stands still. */
export function useNow(everyMs: number | undefined): number {
  const [, tick] = useReducer((ticks: number) => ticks + 1, 0);
  useEffect(() => {
    if (everyMs === undefined) return undefined;
    const timer = window.setInterval(tick, everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
  return Date.now();
}
