import { z } from 'zod';

/**
 * What can go wrong, as a code a program can branch on. The sentence for people is chosen at the screen
 * (`src/renderer`) from the code and the fields beside it.
 */
export const errorCodes = [
  'bad-request',
  'not-found',
  'target-not-connected',
  /** A query matches nothing, or nothing that can be connected to. */
  'no-healthy-member',
  /** The task of a container has ended, or was never there. */
  'task-gone',
  /** The task of a container was started without execute command. */
  'exec-not-enabled',
  'agent-too-old',
  /** Just-in-time access: somebody has to approve first. */
  'approval-needed',
  'approval-refused',
  /** The profile or a setting wants a reason for each session. */
  'reason-required',
  'document-not-found',
  'document-not-session',
  'document-denied',
  'access-denied',
  'credentials-missing',
  'credentials-expired',
  /** Somebody has to sign in, or to give a code, first; `SignIn` says where. */
  'sign-in-needed',
  /** A file of the AWS settings cannot be read as what it should be. */
  'settings-malformed',
  'clock-skew',
  'throttled',
  'quota-exceeded',
  'service-unavailable',
  'endpoint-unreachable',
  'endpoint-insecure',
  'proxy-refused',
  'certificate',
  'region-unknown',
  'session-gone',
  'handshake-unsupported',
  'handshake-failed',
  'kms-denied',
  'kms-key-unusable',
  'port-busy',
  'port-denied',
  'address-unavailable',
  'connection-lost',
  'lab-failed',
  'storage-failed',
  'internal',
] as const;

export const errorCodeSchema = z.enum(errorCodes);
export type ErrorCode = z.infer<typeof errorCodeSchema>;

/** An error as it crosses a process boundary. Never holds a token, a key or anything a shell printed. */
export const appErrorSchema = z.strictObject({
  code: errorCodeSchema,
  /** What was being attempted, e.g. `Start a session on i-0123`. */
  attempted: z.string(),
  /** What happened, in plain words. */
  message: z.string(),
  /** What to try next; empty when there is nothing honest to say. */
  hint: z.string(),
  retryable: z.boolean(),
  aws: z
    .strictObject({
      /** AWS error code, e.g. `TargetNotConnected`. */
      name: z.string(),
      operation: z.string(),
      requestId: z.string().optional(),
      httpStatus: z.number().int().optional(),
      attempts: z.number().int().optional(),
    })
    .optional(),
  /** As whom and where it was attempted, as far as that is known. */
  where: z
    .strictObject({
      /** What the user calls the profile. */
      profileName: z.string().optional(),
      region: z.string().optional(),
      accountId: z.string().optional(),
    })
    .optional(),
});
export type AppErrorData = z.infer<typeof appErrorSchema>;

/** The thrown form of {@link AppErrorData}; keeps its cause on this side of the boundary only. */
export class AppError extends Error {
  readonly data: AppErrorData;

  constructor(data: AppErrorData, cause?: unknown) {
    super(`${data.attempted}: ${data.message}`, cause === undefined ? undefined : { cause });
    this.name = 'AppError';
    this.data = data;
  }
}

/** Any thrown value as data; what is not an {@link AppError} becomes `internal` without its text. */
export function toAppErrorData(error: unknown, attempted: string): AppErrorData {
  if (error instanceof AppError) return error.data;
  return {
    code: 'internal',
    attempted,
    message: 'Something failed inside Nodewharf.',
    hint: 'Try again. If it happens again, report it with the steps that led here.',
    retryable: true,
  };
}
