import { z } from 'zod';
import { appErrorSchema } from './errors.ts';

/** What is known of a container of an ECS task. Names are anybody's words. */
export const containerFactsSchema = z.strictObject({
  /** By its name. */
  cluster: z.string(),
  /** Absent for a task that no service has started. */
  service: z.string().optional(),
  /** Of the task definition. */
  family: z.string(),
  taskId: z.string(),
  name: z.string(),
  /** Of its own health check; `unknown` as well where it has none. */
  health: z.enum(['healthy', 'unhealthy', 'unknown']),
  /** Why no session can be started there; absent where one can. */
  trouble: z.enum(['exec-off', 'not-running', 'agent-pending', 'agent-stopped']).optional(),
});
export type ContainerFacts = z.infer<typeof containerFactsSchema>;

/** Names and tags are anybody's words: untrusted, shown as plain text only. */
export const managedNodeSchema = z.strictObject({
  /** `i-…` of an instance, `mi-…` of a machine registered by hand, `ecs:…` of a container: the StartSession target. */
  id: z.string(),
  /**
   * The tag `Name`, else what the machine calls itself, else the name it was registered under, else its id. Of a container:
   * its service, or the family of its task, a slash and its own name.
   */
  name: z.string(),
  /** What the machine calls itself, where `name` is another. */
  hostName: z.string().optional(),
  platform: z.enum(['linux', 'windows', 'macos', 'unknown']),
  /** e.g. `Debian GNU/Linux 12`. */
  platformName: z.string(),
  online: z.boolean(),
  /** Epoch milliseconds of the agent's last ping; absent when the service does not say. */
  lastPingAt: z.number().optional(),
  agentVersion: z.string(),
  ipAddress: z.string(),
  /** Of EC2 or of the task, where they could be read; a list of pairs, since a key may be any word. */
  tags: z.array(z.tuple([z.string(), z.string()])).optional(),
  /** Of EC2 or of the task, e.g. `running`, `stopped`. */
  instanceState: z.string().optional(),
  /** Epoch milliseconds of the last start of the machine or the task. */
  launchedAt: z.number().optional(),
  /** Of a container only. */
  container: containerFactsSchema.optional(),
});
export type ManagedNode = z.infer<typeof managedNodeSchema>;

/** How far a list has come. */
const inventoryStateSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('idle') }),
  z.strictObject({
    kind: z.literal('loading'),
    /** Nodes that have arrived so far. */
    found: z.number().int(),
    /** Epoch milliseconds at which it goes on, where the service has asked to slow down. */
    waitsUntil: z.number().optional(),
  }),
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('failed'), error: appErrorSchema }),
]);

/** What a list has beside Systems Manager's nodes; each may be out of reach by itself. */
export const listPartSchema = z.enum(['names', 'hybrid-tags', 'containers']);
export type ListPart = z.infer<typeof listPartSchema>;

const listGapSchema = z.strictObject({ part: listPartSchema, error: appErrorSchema });
export type ListGap = z.infer<typeof listGapSchema>;

/**
 * What is known of the node list of one profile in one Region, without the nodes. Stale nodes stay in the list while a refresh
 * is under way or has failed.
 */
export const inventoryHeadSchema = z.strictObject({
  /** That of its place, see `places.ts`. */
  id: z.string(),
  profileId: z.string(),
  /** The one that the profile names, or, once it has been read, the one that the AWS settings name. */
  region: z.string().optional(),
  /** The account that the nodes belong to, where EC2 said so. */
  accountId: z.string().optional(),
  nodeCount: z.number().int(),
  /** Epoch milliseconds at which the list was read as a whole; absent if never. */
  fetchedAt: z.number().optional(),
  state: inventoryStateSchema,
  /** What could not be read, and why. The list is good without; absent where nothing is missing. */
  gaps: z.array(listGapSchema).min(1).optional(),
});
export type InventoryHead = z.infer<typeof inventoryHeadSchema>;

/** A list, or as much of it as the first screen needs: the rest comes as a change. */
export const inventorySchema = z.strictObject({
  head: inventoryHeadSchema,
  nodes: z.array(managedNodeSchema),
});
export type Inventory = z.infer<typeof inventorySchema>;

/** What is new in a list. A fleet comes in many of these, so none holds what is known. */
export const inventoryChangeSchema = z.strictObject({
  head: inventoryHeadSchema,
  /** Nodes that are new or different. */
  changed: z.array(managedNodeSchema),
  /** Ids of nodes that are gone. */
  removed: z.array(z.string()),
});
export type InventoryChange = z.infer<typeof inventoryChangeSchema>;
