import { z } from 'zod';
import { type Tunnel, tunnelSchema } from '../../shared/tunnels.ts';
import type { FileFormat } from '../storage/versioned-file.ts';

export interface TunnelFile {
  version: 2;
  tunnels: Tunnel[];
}

/** `tunnels.json`: plain like the profiles, and holds no secret. */
export const tunnelFileFormat: FileFormat<TunnelFile> = {
  holds: 'saved tunnels',
  version: 2,
  schema: z.strictObject({ version: z.literal(2), tunnels: z.array(tunnelSchema) }),
  // Version 2 knows queries beside targets: what version 1 held is good as it is.
  migrations: { 1: (old) => ({ ...z.looseObject({}).parse(old), version: 2 }) },
};
