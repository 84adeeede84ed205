import { z } from 'zod';
import { appErrorSchema } from './errors.ts';
import { cutOffSchema, sessionTermsSchema } from './session-terms.ts';
import { networkSchema } from './network.ts';
import { silenceSchema } from './silence.ts';
import { isAtMostOneTarget, isOneTarget, memberCountsSchema, targetQuerySchema } from './target-query.ts';

/** Kinds of environment a profile belongs to; each has a colour token and a word on screen. */
export const environmentSchema = z.enum(['production', 'staging', 'development', 'lab', 'other']);
export type Environment = z.infer<typeof environmentSchema>;

/**
 * Where credentials come from. `lab` starts the embedded lab on demand, which then supplies the endpoint, the
 * Region and the keys; above this choice nothing knows that it is not AWS.
 */
export const credentialsSourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('lab') }),
  z.strictObject({ kind: z.literal('default-chain') }),
  z.strictObject({ kind: z.literal('environment') }),
  z.strictObject({ kind: z.literal('shared-profile'), profileName: z.string().min(1).max(256) }),
]);
export type CredentialsSource = z.infer<typeof credentialsSourceSchema>;

/** Parameters of a session document: name to list of strings (StartSession `Parameters`). */
export const documentParametersSchema = z.record(
  z.string().min(1).max(255),
  z.array(z.string().max(65_535)).min(1),
);
export type DocumentParameters = z.infer<typeof documentParametersSchema>;

/** StartSession bounds: `Target` 1 to 400, `Reason` 1 to 256, `DocumentName` by pattern. */
export const targetSchema = z.string().min(1).max(400);
export const reasonSchema = z.string().regex(/^.{1,256}$/);
export const documentNameSchema = z.string().regex(/^[a-zA-Z0-9_\-.:/]{3,128}$/);
export const regionSchema = z.string().regex(/^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/);

const profileFields = z.strictObject({
  name: z.string().trim().min(1).max(80),
  environment: environmentSchema,
  credentials: credentialsSourceSchema,
  /** Where sessions start; from the AWS settings of this computer when absent. */
  region: regionSchema.optional(),
  /** Further Regions whose nodes are listed beside those of the first. */
  moreRegions: z.array(regionSchema).min(1).max(32).optional(),
  /** Containers of ECS are not listed, and ECS is not asked. */
  withoutContainers: z.literal(true).optional(),
  network: networkSchema.optional(),
  target: targetSchema.optional(),
  /** Instead of `target`: any healthy member of these. */
  targetQuery: targetQuerySchema.optional(),
  documentName: documentNameSchema.optional(),
  reason: reasonSchema.optional(),
  /** No session without a reason. */
  requiresReason: z.literal(true).optional(),
  parameters: documentParametersSchema.optional(),
});
const notBothTargets = { path: ['targetQuery'] };
export const profileInputSchema = profileFields.refine(isAtMostOneTarget, notBothTargets);
export type ProfileInput = z.infer<typeof profileInputSchema>;

/** A profile as it is kept. */
export const keptProfileSchema = profileFields
  .extend({ id: z.string().min(1).max(64) })
  .refine(isAtMostOneTarget, notBothTargets);
export type KeptProfile = z.infer<typeof keptProfileSchema>;

export const profileSchema = profileFields
  .extend({
    id: z.string().min(1).max(64),
    /** The built-in Local lab profile cannot be removed. */
    builtIn: z.boolean(),
    /** A password for its proxy is kept. */
    hasProxyPassword: z.literal(true).optional(),
  })
  .refine(isAtMostOneTarget, notBothTargets);
export type Profile = z.infer<typeof profileSchema>;

/** How a session ended, kept in history and shown in its tab. */
export const sessionEndSchema = z.discriminatedUnion('kind', [
  /** `channel_closed`; `message` is the service's own text, possibly empty, untrusted. */
  z.strictObject({ kind: z.literal('closed'), message: z.string() }),
  /** Empty resume token or DoesNotExistException. */
  z.strictObject({ kind: z.literal('timed-out') }),
  z.strictObject({ kind: z.literal('ended-by-user') }),
  z.strictObject({ kind: z.literal('failed'), error: appErrorSchema }),
  /** Found at start: the app had stopped without ending it (crash, kill, power). */
  z.strictObject({ kind: z.literal('app-stopped') }),
]);
export type SessionEnd = z.infer<typeof sessionEndSchema>;

/** An approval that a session is signed with: from when until when its keys are good, epoch milliseconds. */
export const approvalSchema = z.strictObject({
  requestId: z.string(),
  since: z.number(),
  until: z.number(),
});
export type Approval = z.infer<typeof approvalSchema>;

export const sessionStateSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('connecting') }),
  z.strictObject({ kind: z.literal('live') }),
  z.strictObject({
    kind: z.literal('reconnecting'),
    attempt: z.number().int(),
    /** Epoch milliseconds of the next try. */
    nextTryAt: z.number(),
    /** Why the last try failed; absent before one has, or where it is not known. */
    error: appErrorSchema.optional(),
  }),
  z.strictObject({ kind: z.literal('needs-sign-in'), error: appErrorSchema }),
  /** Just-in-time access: somebody may have to approve it, and the user has not asked. Also where a request could not be made. */
  z.strictObject({
    kind: z.literal('needs-approval'),
    error: appErrorSchema,
    /** What the session was started for, to be asked with. */
    reason: reasonSchema.optional(),
  }),
  /** The user has asked, and nobody has decided yet. */
  z.strictObject({
    kind: z.literal('awaiting-approval'),
    requestId: z.string(),
    reason: z.string(),
    /** When it was asked for, epoch milliseconds. */
    since: z.number(),
    /** What was in the way when its status was last asked for. It is asked for again. */
    trouble: appErrorSchema.optional(),
  }),
  z.strictObject({ kind: z.literal('ended'), end: sessionEndSchema, endedAt: z.number() }),
]);
export type SessionState = z.infer<typeof sessionStateSchema>;

/**
 * What a data channel agreed on with the agent. The texts are a node's own words: untrusted, cut to size, shown as plain
 * text only.
 */
export const channelFactsSchema = z.strictObject({
  sessionType: z.enum(['Standard_Stream', 'InteractiveCommands', 'NonInteractiveCommands', 'Port']),
  /** Absent without a handshake. */
  agentVersion: z.string().max(64).optional(),
  /** With a KMS key, on top of TLS. */
  isEncrypted: z.boolean(),
  /** A sentence for people, from the agent; usually empty. */
  customerMessage: z.string().max(2000),
});
export type ChannelFacts = z.infer<typeof channelFactsSchema>;

export const idSchema = z.string().min(1).max(64);

/** Either `target` or `targetQuery`: a query picks a member anew at each start. */
export const startRequestSchema = z
  .strictObject({
    profileId: z.string().min(1).max(64),
    target: targetSchema.optional(),
    targetQuery: targetQuerySchema.optional(),
    /** What to call the node on screen; the target when empty. */
    nodeName: z.string().max(256).optional(),
    documentName: documentNameSchema.optional(),
    reason: reasonSchema.optional(),
    parameters: documentParametersSchema.optional(),
    cols: z.number().int().min(1).max(65_535),
    rows: z.number().int().min(1).max(65_535),
  })
  .refine(isOneTarget, { path: ['target'] });
export type StartRequest = z.infer<typeof startRequestSchema>;

/** What a session is for: a terminal in a tab, a tunnel, or one command without a terminal. */
export const sessionKindSchema = z.enum(['shell', 'tunnel', 'command']);
export type SessionKind = z.infer<typeof sessionKindSchema>;

/** Who connected where, and with what: the facts that a session and its entry in history share. */
export const sessionFactsSchema = z.strictObject({
  /** Ours, made before StartSession answers. */
  key: z.string(),
  /** The service's, once it has answered. */
  sessionId: z.string().optional(),
  profileId: z.string(),
  profileName: z.string(),
  environment: environmentSchema,
  region: z.string(),
  /** Empty while, or where, a query has not picked a member. */
  target: z.string(),
  /** The words of the query while there is no member. */
  nodeName: z.string(),
  /** What the target was picked by. */
  targetQuery: targetQuerySchema.optional(),
  documentName: z.string().optional(),
  reason: z.string().optional(),
  startedAt: z.number(),
});
export type SessionFacts = z.infer<typeof sessionFactsSchema>;

/** One session in a tab as the page sees it. Tunnels and commands have models of their own. */
export const sessionSummarySchema = sessionFactsSchema.extend({
  state: sessionStateSchema,
  /** Absent until the channel is established. */
  channel: channelFactsSchema.optional(),
  /** Something to tell without ending anything, e.g. GetDocument was denied. */
  warning: z.string().optional(),
  /** Once a query has picked the node. */
  pickedOf: memberCountsSchema.optional(),
  /** Where it needed one. Without it the session goes on, but cannot be resumed. */
  approval: approvalSchema.optional(),
  /** Becomes known a little after the start. */
  terms: sessionTermsSchema.optional(),
  /** Present from the moment on at which it is time to say so. */
  cutOff: cutOffSchema.optional(),
  /** Only of a session that is live. */
  silence: silenceSchema.optional(),
});
export type SessionSummary = z.infer<typeof sessionSummarySchema>;

export const sessionStatsSchema = z.strictObject({
  key: z.string(),
  /** Smoothed round-trip time, milliseconds; absent before the first sample. */
  rttMs: z.number().optional(),
  resends: z.number().int(),
  bytesIn: z.number().int(),
  bytesOut: z.number().int(),
  /** When input or output last passed, epoch milliseconds; absent before the channel is open. */
  activeAt: z.number().optional(),
});
export type SessionStats = z.infer<typeof sessionStatsSchema>;

export const historyEntrySchema = sessionFactsSchema.extend({
  kind: sessionKindSchema,
  /** Of a tunnel: the address that was listened on, and where it led, e.g. `127.0.0.1:5432`, `db.internal:5432`. */
  localAddress: z.string().optional(),
  remoteAddress: z.string().optional(),
  /** Of a command that told it. The command's text is not kept: it may hold what nobody else should read. */
  exitCode: z.number().int().optional(),
  /** The caller as the service names it (DescribeSessions `Owner`), once known. */
  owner: z.string().optional(),
  endedAt: z.number().optional(),
  /** Absent while the session is live. */
  end: sessionEndSchema.optional(),
});
export type HistoryEntry = z.infer<typeof historyEntrySchema>;

/** How the node list is grouped: a list each, that is profile and Region, or by what the nodes have in common. */
export const nodeGroupingSchema = z.union([
  z.enum(['place', 'environment', 'account', 'cluster']),
  z.strictObject({ tag: z.string().min(1).max(128) }),
]);
export type NodeGrouping = z.infer<typeof nodeGroupingSchema>;

export const settingsSchema = z.strictObject({
  theme: z.enum(['system', 'dark', 'light']),
  fontSize: z.number().int().min(8).max(32),
  scrollback: z.number().int().min(0).max(100_000),
  copyOnSelect: z.boolean(),
  confirmClose: z.boolean(),
  /** Which sessions need a reason, beside those whose profile says so. */
  requireReason: z.enum(['never', 'production', 'always']),
  /** By the system's own means, of what happens while the window is not in front. */
  notifications: z.boolean(),
  /** By list where absent. */
  groupNodesBy: nodeGroupingSchema.optional(),
});
export type Settings = z.infer<typeof settingsSchema>;

export const defaultSettings: Settings = {
  theme: 'system',
  fontSize: 13,
  scrollback: 10_000,
  copyOnSelect: false,
  confirmClose: true,
  requireReason: 'never',
  notifications: true,
};
