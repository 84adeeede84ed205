import type { Answer, EventPayload, Request } from './contract.ts';
import type { CallName, EventName } from './contract-names.ts';
import type { AppErrorData } from './errors.ts';

/** An answer as it crosses the bridge: errors are values, since thrown ones lose their fields on the way. */
export type Reply<T> = { ok: true; value: T } | { ok: false; error: AppErrorData };

/** `window.nodewharf`, made by the preload script. The page's whole reach outside itself. */
export type Door = {
  [N in CallName]: (request: Request<N>) => Promise<Reply<Answer<N>>>;
} & {
  /** Subscribes; the answer unsubscribes. */
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void;
};
