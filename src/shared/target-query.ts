import { z } from 'zod';

/** As many as one call to EC2 or Systems Manager takes comfortably; each of them has to match. */
const mostTagConditions = 10;

const patternSchema = z.string().min(1).max(256);

/**
 * Nodes by what they have in common instead of by their ids, which change daily under autoscaling. Any healthy member will do.
 *
 * In the value of a tag and in a name, `*` stands for any number of characters and `?` for at most one, as EC2 has it; a
 * backslash before either takes it as it is. Upper and lower case differ.
 */
export const targetQuerySchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('tags'),
    /** All of them must match; each key once. A tag without a value is not asked for: Systems Manager's filters take none. */
    tags: z
      .array(z.strictObject({ key: z.string().min(1).max(128), value: patternSchema }))
      .min(1)
      .max(mostTagConditions)
      .refine((tags) => new Set(tags.map(({ key }) => key)).size === tags.length),
  }),
  /** The tag `Name` of an EC2 instance. */
  z.strictObject({ kind: z.literal('name'), pattern: patternSchema }),
  z.strictObject({ kind: z.literal('auto-scaling-group'), group: z.string().min(1).max(255) }),
  z.strictObject({
    kind: z.literal('ecs-service'),
    /** Name or ARN. */
    cluster: z.string().min(1).max(255),
    service: z.string().min(1).max(255),
    /** The only one of the task, or the first that can be entered, where absent. */
    container: z.string().min(1).max(255).optional(),
  }),
]);
export type TargetQuery = z.infer<typeof targetQuerySchema>;

/** Why a member can or cannot be connected to. Only `online` is healthy. */
export const memberStateSchema = z.enum([
  'online',
  /** Its agent does not answer Systems Manager. */
  'offline',
  /** It runs and Systems Manager does not know it. */
  'not-managed',
  'starting',
  'stopped',
  'ending',
  /** Gone for good. */
  'terminated',
  /** A container whose task runs without an agent for sessions (ECS Exec). */
  'no-exec-agent',
]);
export type MemberState = z.infer<typeof memberStateSchema>;

/** One node or container that a query matches. The name is anybody's word. */
export const queryMemberSchema = z.strictObject({
  /** What StartSession takes. */
  target: z.string(),
  name: z.string(),
  region: z.string(),
  state: memberStateSchema,
  /** Epoch milliseconds. */
  launchedAt: z.number().optional(),
});
export type QueryMember = z.infer<typeof queryMemberSchema>;

/** Out of how many a member was picked. */
export const memberCountsSchema = z.strictObject({
  healthy: z.number().int(),
  matched: z.number().int(),
  /** There are more than were looked at. */
  hasMore: z.literal(true).optional(),
});
export type MemberCounts = z.infer<typeof memberCountsSchema>;

/** Who can follow a session whose node may be gone. */
export const successorSchema = z.strictObject({
  counts: memberCountsSchema,
  /** What has become of the node that the session was on; absent where nobody knows it any more. */
  formerState: memberStateSchema.optional(),
  /** The best of the others; absent where none of them is healthy. */
  member: queryMemberSchema.optional(),
});
export type Successor = z.infer<typeof successorSchema>;

/** A node, or a query for one. */
export interface TargetChoice {
  target?: string | undefined;
  targetQuery?: TargetQuery | undefined;
}

/** Either a node or a query. */
export const isOneTarget = ({ target, targetQuery }: TargetChoice): boolean =>
  (target === undefined) !== (targetQuery === undefined);

/** Either a node, or a query, or neither. */
export const isAtMostOneTarget = ({ target, targetQuery }: TargetChoice): boolean =>
  target === undefined || targetQuery === undefined;
