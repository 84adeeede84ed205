import { z } from 'zod';
import { commandRunSchema } from './commands.ts';
import { favouriteSchema } from './favourites.ts';
import { inventorySchema } from './inventory.ts';
import { profileSchema, sessionSummarySchema, settingsSchema } from './models.ts';
import { orphanSchema } from './orphans.ts';
import { credentialsStatusSchema, signInSchema } from './sign-in.ts';
import { tunnelSchema, tunnelStatusSchema } from './tunnels.ts';

/** Everything the first paint needs, in one answer. */
export const workspaceSchema = z.strictObject({
  version: z.string(),
  platform: z.enum(['linux', 'darwin', 'win32']),
  /** True when the GPU draws WebGL in hardware (app.getGPUFeatureStatus). */
  webgl: z.boolean(),
  settings: settingsSchema,
  profiles: z.array(profileSchema),
  /** Of each list as much as the first screen needs. */
  inventories: z.array(inventorySchema),
  favourites: z.array(favouriteSchema),
  sessions: z.array(sessionSummarySchema),
  tunnels: z.array(tunnelSchema),
  /** One for each of `tunnels`. */
  tunnelStatuses: z.array(tunnelStatusSchema),
  /** Of this run of the app, newest first. */
  commands: z.array(commandRunSchema),
  /** Found after the start and not decided yet. */
  orphans: z.array(orphanSchema),
  /** Needed or under way. */
  signIns: z.array(signInSchema),
  credentials: z.array(credentialsStatusSchema),
});
export type Workspace = z.infer<typeof workspaceSchema>;
