import { join } from 'node:path';

/** The repository's own folder; every script works from here, wherever it was called. */
export const root = join(import.meta.dirname, '..');
/** What scripts keep between runs; safe to delete. */
export const cache = join(root, '.cache');
