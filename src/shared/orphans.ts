import { z } from 'zod';
import { historyEntrySchema } from './models.ts';

/**
 * A session that this installation began, that the app did not end because it was killed, and that the service just listed
 * as active.
 */
export const orphanSchema = historyEntrySchema
  .omit({ endedAt: true, end: true, exitCode: true })
  .required({ sessionId: true });
export type Orphan = z.infer<typeof orphanSchema>;
