import { z } from 'zod';
import { sessionPreferencesSchema } from './session-preferences.ts';

/** What is known of how a session is kept and when the service ends it. Members that are absent are not known. */
export const sessionTermsSchema = z.strictObject({
  /** When the service started it, epoch milliseconds. */
  startedAt: z.number(),
  /** Of its document, or of the account where the document has none. */
  preferences: sessionPreferencesSchema.optional(),
  /** Without input and output for so long, the service ends it. */
  idleMinutes: z.number().int().optional(),
  /** After so long the service ends it, whatever it does. Absent as well where there is no limit. */
  maxMinutes: z.number().int().optional(),
});
export type SessionTerms = z.infer<typeof sessionTermsSchema>;

/**
 * The service is about to end the session, at `at` (epoch milliseconds). Input or output puts an `idle` one off. `approval`: from then
 * on the session goes on, but cannot be resumed without a new approval.
 */
export const cutOffSchema = z.strictObject({
  kind: z.enum(['idle', 'duration', 'approval']),
  at: z.number(),
});
export type CutOff = z.infer<typeof cutOffSchema>;
