import { z } from 'zod';

/**
 * How a profile of the AWS files comes by credentials: the outermost step. `none` where it gives none, `faulty` where it cannot
 * be meant; the problems say why.
 */
export const sharedProfileKindSchema = z.enum([
  'static',
  'sso',
  'role',
  'web-identity',
  'process',
  'console-login',
  'none',
  'faulty',
]);
export type SharedProfileKind = z.infer<typeof sharedProfileKindSchema>;

/** A profile found in the shared AWS files. Texts are the files' own, no secret among them. */
export const sharedProfileSchema = z.strictObject({
  name: z.string(),
  kind: sharedProfileKindSchema,
  region: z.string().optional(),
  accountId: z.string().optional(),
  /** Of IAM Identity Center, or the last part of a role's ARN. */
  roleName: z.string().optional(),
  /** What a person signs in to for it: the name of an sso-session, or the host of a start page. */
  signsInTo: z.string().optional(),
  /** A code of an MFA device is asked for. */
  needsCode: z.boolean(),
  /** Getting credentials runs a program, which may ask something itself. */
  runsProgram: z.boolean(),
});
export type SharedProfile = z.infer<typeof sharedProfileSchema>;

/** Something in the shared files that is not what it should be. The rest of them stays usable. */
export const settingsProblemSchema = z.strictObject({
  file: z.string(),
  /** Counted from 1; absent where the whole file is meant. */
  line: z.number().int().optional(),
  /** The profile that cannot be used for it. */
  profileName: z.string().optional(),
  message: z.string(),
  hint: z.string(),
});
export type SettingsProblem = z.infer<typeof settingsProblemSchema>;

export const sharedSettingsSchema = z.strictObject({
  /** `default` first, then by name. */
  profiles: z.array(sharedProfileSchema),
  problems: z.array(settingsProblemSchema),
});
export type SharedSettings = z.infer<typeof sharedSettingsSchema>;
