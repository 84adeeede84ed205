export interface Patience {
  limitMs: number;
  signal?: AbortSignal;
}

/**
 * What an SDK's provider gives, for those that wait for ever where the far side accepts a connection and says nothing. Rejects
 * with `tooLate` after the limit, and with the signal's reason once nobody waits any more; the work itself cannot be called off.
 */
export async function inTime<T>(
  work: () => Promise<T>,
  { limitMs, signal }: Patience,
  tooLate: () => Error,
): Promise<T> {
  signal?.throwIfAborted();
  const settled = new AbortController();
  const ending = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(tooLate()), limitMs);
    const onAbort = (): void => reject(signal?.reason as Error);
    signal?.addEventListener('abort', onAbort, { once: true });
    settled.signal.addEventListener('abort', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    });
  });
  try {
    return await Promise.race([work(), ending]);
  } finally {
    settled.abort();
  }
}
