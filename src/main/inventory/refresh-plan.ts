import type { InventoryHead } from '../../shared/inventory.ts';
import type { Profile } from '../../shared/models.ts';

/** How old a list gets before it is read again, milliseconds. A fleet of 3,000 nodes costs some 90 calls each time. */
const freshForMs = 5 * 60_000;
/** A list that fails again and again is asked for less and less often. */
const longestPauseMs = 60 * 60_000;

export interface RefreshHistory {
  head: Pick<InventoryHead, 'fetchedAt'>;
  failures: number;
  triedAt: number | undefined;
}

/** Whether a list is to be read without anybody having asked. One that was never read waits for a person, except the lab's. */
export function isDue(
  { head: { fetchedAt }, failures, triedAt }: RefreshHistory,
  { credentials }: Pick<Profile, 'credentials'>,
  now: number,
): boolean {
  if (fetchedAt === undefined && failures === 0) return credentials.kind === 'lab';
  const pause = Math.min(longestPauseMs, freshForMs * 2 ** failures);
  return now - Math.max(fetchedAt ?? 0, triedAt ?? 0) >= pause;
}
