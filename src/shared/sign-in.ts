import { z } from 'zod';
import { appErrorSchema } from './errors.ts';

/** Who waits for a sign-in: a saved profile, and the account and role that its sessions would run as, where known. */
export const signInWaiterSchema = z.strictObject({
  profileId: z.string(),
  profileName: z.string(),
  accountId: z.string().optional(),
  roleName: z.string().optional(),
});
export type SignInWaiter = z.infer<typeof signInWaiterSchema>;

/**
 * How far a sign-in has come. `verifying` has what the person needs in the browser: for the device flow the page and the code to
 * compare; for PKCE only the page, as the browser comes back by itself.
 */
export const signInProgressSchema = z.discriminatedUnion('kind', [
  /** Nothing happens until the person says so: a browser is never opened unasked. */
  z.strictObject({ kind: z.literal('needed') }),
  z.strictObject({ kind: z.literal('starting') }),
  z.strictObject({
    kind: z.literal('verifying'),
    /** https, or http on this machine. */
    url: z.url({ protocol: /^https?$/ }),
    userCode: z.string().max(32).optional(),
    /** Epoch milliseconds. */
    expiresAt: z.number(),
  }),
  z.strictObject({ kind: z.literal('failed'), error: appErrorSchema }),
]);
export type SignInProgress = z.infer<typeof signInProgressSchema>;

/** One login of IAM Identity Center, for all that share its sso-session. */
const ssoSignInSchema = z.strictObject({
  kind: z.literal('sso'),
  /** Ours; the same for the same sso-session or, in the legacy form, the same start URL. */
  id: z.string(),
  /** Name of the sso-session; absent in the legacy form. */
  sessionName: z.string().optional(),
  startUrl: z.string(),
  region: z.string(),
  waiting: z.array(signInWaiterSchema),
  progress: signInProgressSchema,
});

/** A sign-in with the console (`aws login`), for all profiles that share its session. Never the device flow. */
const consoleSignInSchema = z.strictObject({
  kind: z.literal('console'),
  id: z.string(),
  /** ARN of whoever signs in, as the AWS files have it. */
  session: z.string(),
  /** A shared profile of it: what the AWS CLI would be told. */
  awsProfile: z.string().optional(),
  waiting: z.array(signInWaiterSchema),
  progress: signInProgressSchema,
});

/** A code of a device, for the session of one role. */
const mfaSignInSchema = z.strictObject({
  kind: z.literal('mfa'),
  id: z.string(),
  /** Serial number or ARN of the device. */
  serial: z.string(),
  roleArn: z.string(),
  waiting: z.array(signInWaiterSchema),
  /** Never `verifying`. After a refused code: `failed`, and another can be given. */
  progress: signInProgressSchema,
});

/** What somebody has to do before credentials can be had. One that is done is no longer listed. */
export const signInSchema = z.discriminatedUnion('kind', [
  ssoSignInSchema,
  consoleSignInSchema,
  mfaSignInSchema,
]);
export type SignIn = z.infer<typeof signInSchema>;

/** As on the device. */
export const mfaCodeSchema = z.string().regex(/^\d{6,8}$/);

/** As the service names a sign-in to main: the same for all that share it. */
export const signInIdSchema = z.string().min(1).max(2048);

/**
 * `pkce`: the browser of this computer is opened, and tells this computer when it is done. `device`: the person compares a code,
 * in any browser anywhere; none is opened.
 */
export const signInFlowSchema = z.enum(['pkce', 'device']);
export type SignInFlow = z.infer<typeof signInFlowSchema>;

/** What is known of the credentials of a profile that were found last, without any part of them. */
export const credentialsStatusSchema = z.strictObject({
  profileId: z.string(),
  /** Epoch milliseconds; absent where they have no end. */
  expiresAt: z.number().optional(),
  /** The account they belong to, where their source tells it. */
  accountId: z.string().optional(),
});
export type CredentialsStatus = z.infer<typeof credentialsStatusSchema>;
