/**
 * Waits for `work`, but no longer than `limitMs`. Says which came first and what `work` came to; never rejects, so a
 * rejection of `work` after the limit does no harm.
 */
export async function waitAtMost<T>(
  work: Promise<T>,
  limitMs: number,
): Promise<{ kind: 'done'; value: T } | { kind: 'failed'; error: unknown } | { kind: 'too-late' }> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<{ kind: 'too-late' }>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'too-late' }), limitMs);
  });
  const outcome = work.then(
    (value) => ({ kind: 'done', value }) as const,
    (error: unknown) => ({ kind: 'failed', error }) as const,
  );
  try {
    return await Promise.race([outcome, limit]);
  } finally {
    clearTimeout(timer);
  }
}
