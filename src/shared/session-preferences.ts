import { z } from 'zod';

/**
 * What a session document says of where and as whom its sessions run, and what is kept of them (`inputs` of schema 1.0,
 * protocol notes, section 9.2). All texts are whoever wrote the document's, and may hold `{{ parameter }}`.
 */
export const sessionPreferencesSchema = z.strictObject({
  /**
   * Linux and macOS only. `agent-user`: `ssm-user`, or the agent's own where it is not root. `named`: the user that the
   * caller's identity is tagged with, else `user`, which may be absent.
   */
  runAs: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('agent-user') }),
    z.strictObject({ kind: z.literal('named'), user: z.string().optional() }),
  ]),
  /** Key id, ARN or alias. Absent: encrypted by TLS alone. */
  kmsKeyId: z.string().optional(),
  /** Lines that are typed into the shell at its start. */
  shellProfile: z.strictObject({ linux: z.string().optional(), windows: z.string().optional() }),
  /** Where the service keeps what was shown; `mustBeEncrypted`: it refuses the session where that place is not. */
  s3: z
    .strictObject({ bucket: z.string(), prefix: z.string().optional(), mustBeEncrypted: z.boolean() })
    .optional(),
  cloudWatch: z
    .strictObject({ logGroup: z.string(), isStreaming: z.boolean(), mustBeEncrypted: z.boolean() })
    .optional(),
  /** 1 to 60; absent where the document does not say. */
  idleMinutes: z.number().int().optional(),
  /** 1 to 1440; absent where the document does not say: then there is no limit. */
  maxMinutes: z.number().int().optional(),
});
export type SessionPreferences = z.infer<typeof sessionPreferencesSchema>;
