import { z } from 'zod';
import { profileInputSchema } from '../../shared/models.ts';
import type { FileFormat } from '../storage/versioned-file.ts';

/** A profile as it is kept: whether it is built in follows from its id. */
const keptProfileSchema = profileInputSchema.extend({ id: z.string().min(1).max(64) });
export type KeptProfile = z.infer<typeof keptProfileSchema>;

const profileFileSchema = z.strictObject({ version: z.literal(1), profiles: z.array(keptProfileSchema) });
export type ProfileFile = z.infer<typeof profileFileSchema>;

/** `profiles.json`: people read, copy and share it, so it is plain and holds no secret. */
export const profileFileFormat: FileFormat<ProfileFile> = {
  holds: 'saved profiles',
  version: 1,
  schema: profileFileSchema,
  migrations: {},
};
