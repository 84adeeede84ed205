import { z } from 'zod';
import { keptProfileSchema } from '../../shared/models.ts';
import type { FileFormat } from '../storage/versioned-file.ts';

/** Whether a profile is built in follows from its id. */
const profileFileSchema = z.strictObject({ version: z.literal(3), profiles: z.array(keptProfileSchema) });
export type ProfileFile = z.infer<typeof profileFileSchema>;

/** What version 1 had beside the rest of a profile. */
const firstVersionSchema = z.looseObject({
  profiles: z.array(
    z.looseObject({
      endpoint: z.string().optional(),
      maxAttempts: z.number().optional(),
      retryMode: z.string().optional(),
    }),
  ),
});

/** Version 2 keeps how AWS is reached in one place, with more in it. */
function gatherNetwork(old: unknown): unknown {
  const { profiles } = firstVersionSchema.parse(old);
  return {
    version: 2,
    profiles: profiles.map(({ endpoint, maxAttempts, retryMode, ...rest }) => {
      const network = {
        ...(endpoint === undefined ? {} : { endpoints: { ssm: endpoint } }),
        ...(maxAttempts === undefined ? {} : { maxAttempts }),
        ...(retryMode === undefined ? {} : { retryMode }),
      };
      return Object.keys(network).length === 0 ? rest : { ...rest, network };
    }),
  };
}

/** Version 3 knows queries beside targets: what version 2 held is good as it is. */
const knowQueries = (old: unknown): unknown => ({ ...z.looseObject({}).parse(old), version: 3 });

/** `profiles.json`: people read, copy and share it, so it is plain and holds no secret. */
export const profileFileFormat: FileFormat<ProfileFile> = {
  holds: 'saved profiles',
  version: 3,
  schema: profileFileSchema,
  migrations: { 1: gatherNetwork, 2: knowQueries },
};
