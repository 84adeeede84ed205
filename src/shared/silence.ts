import { z } from 'zod';

/**
 * A connection that stands and says nothing, which looks like a shell that waits:
 * `no-answer`: nothing of the node's agent has ever come; `not-taken`: it does not acknowledge what it was sent; `no-output`:
 * it is there, but what runs has printed nothing yet, which may be meant so.
 */
export const silenceSchema = z.strictObject({
  kind: z.enum(['no-answer', 'not-taken', 'no-output']),
  /** Epoch milliseconds. */
  since: z.number(),
});
export type Silence = z.infer<typeof silenceSchema>;

/** A quiet link with a slow agent answers within a few seconds; a person begins to wonder after some more. */
export const silenceAfterMs = 20_000;

/** What is known of a connection that stands. Times in epoch milliseconds. */
export interface HeardOf {
  connectedAt?: number | undefined;
  heardAt?: number | undefined;
  waitingSince?: number | undefined;
  bytesIn: number;
}

/** Undefined while there is nothing to say. */
export function silenceOf(
  { connectedAt, heardAt, waitingSince, bytesIn }: HeardOf,
  now: number,
): Silence | undefined {
  if (connectedAt === undefined) return undefined;
  const isLong = (since: number): boolean => now - since >= silenceAfterMs;
  if (heardAt === undefined) {
    return isLong(connectedAt) ? { kind: 'no-answer', since: connectedAt } : undefined;
  }
  // An old agent can owe an acknowledge for a while, and is there all the same.
  const untakenSince = waitingSince === undefined ? undefined : Math.max(waitingSince, heardAt);
  if (untakenSince !== undefined && isLong(untakenSince)) return { kind: 'not-taken', since: untakenSince };
  return bytesIn === 0 && isLong(connectedAt) ? { kind: 'no-output', since: connectedAt } : undefined;
}
