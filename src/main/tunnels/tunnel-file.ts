import { z } from 'zod';
import { type Tunnel, tunnelSchema } from '../../shared/tunnels.ts';
import type { FileFormat } from '../storage/versioned-file.ts';

export interface TunnelFile {
  version: 1;
  tunnels: Tunnel[];
}

/** `tunnels.json`: plain like the profiles, and holds no secret. */
export const tunnelFileFormat: FileFormat<TunnelFile> = {
  holds: 'saved tunnels',
  version: 1,
  schema: z.strictObject({ version: z.literal(1), tunnels: z.array(tunnelSchema) }),
  migrations: {},
};
