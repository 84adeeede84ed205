import { AppError, type ErrorCode } from '../shared/errors.ts';

/**
 * What a failed ResumeSession means for the session. Only the service's own word that it does not know the session ends it;
 * missing rights wait for new credentials; everything else passes: throttling, faults of the service, DNS, TLS, a wrong
 * clock after waking up (the SDK corrects for it), and whatever is not known here.
 */
export type ResumeVerdict = 'gone' | 'unauthorised' | 'retry';

const unauthorised: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'access-denied',
  'credentials-missing',
  'credentials-expired',
  'sign-in-needed',
  'approval-needed',
]);

export function classifyResumeError(error: unknown): ResumeVerdict {
  if (!(error instanceof AppError)) return 'retry';
  if (error.data.code === 'session-gone') return 'gone';
  return unauthorised.has(error.data.code) ? 'unauthorised' : 'retry';
}
