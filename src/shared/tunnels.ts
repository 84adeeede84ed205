import { z } from 'zod';
import {
  approvalSchema,
  channelFactsSchema,
  idSchema,
  reasonSchema,
  sessionFactsSchema,
  sessionStateSchema,
  targetSchema,
} from './models.ts';
import { isOneTarget, memberCountsSchema, targetQuerySchema } from './target-query.ts';

const portSchema = z.number().int().min(1).max(65_535);

/** Where a tunnel leads, as seen from its node. SSH has no tunnel: it brings its own listener. */
export const tunnelDestinationSchema = z.discriminatedUnion('kind', [
  /** A port of the node itself. */
  z.strictObject({ kind: z.literal('node-port'), port: portSchema }),
  /** Another machine that the node can reach: a name that the node resolves, or an address. */
  z.strictObject({
    kind: z.literal('remote-host'),
    host: z.string().regex(/^[A-Za-z0-9_.:-]{1,253}$/),
    port: portSchema,
  }),
]);
export type TunnelDestination = z.infer<typeof tunnelDestinationSchema>;

export const defaultLocalHost = '127.0.0.1';

/** Whether only this computer can reach a listener on that host. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Where a tunnel is entered on this computer. */
export const localAddressSchema = z
  .strictObject({
    host: z.union([z.literal('localhost'), z.ipv4(), z.ipv6()]),
    /** 0: any port that is free when the tunnel starts. */
    port: z.number().int().min(0).max(65_535),
    /** Required for a host that other machines can reach: whoever can reach it can use the tunnel. */
    exposeToNetwork: z.literal(true).optional(),
  })
  .refine(({ host, exposeToNetwork }) => isLoopback(host) || exposeToNetwork === true, {
    path: ['exposeToNetwork'],
  });

/** A tunnel as it is written down. Sets, and starting at the first connection, will be further optional members. */
const tunnelFields = z.strictObject({
  name: z.string().trim().min(1).max(80),
  profileId: idSchema,
  /** The node, `i-…` or `mi-…`; or else a query, which picks one at each start. */
  target: targetSchema.optional(),
  targetQuery: targetQuerySchema.optional(),
  /** What to call the node on screen; the target when absent. */
  nodeName: z.string().max(256).optional(),
  destination: tunnelDestinationSchema,
  local: localAddressSchema,
  reason: reasonSchema.optional(),
});
export const tunnelInputSchema = tunnelFields.refine(isOneTarget, { path: ['target'] });
export type TunnelInput = z.infer<typeof tunnelInputSchema>;

export const tunnelSchema = tunnelFields.extend({ id: idSchema }).refine(isOneTarget, { path: ['target'] });
export type Tunnel = z.infer<typeof tunnelSchema>;

/** One local connection that is open now. Bytes are those of the connection itself. */
export const tunnelConnectionSchema = z.strictObject({
  /** Counts up from the start of the tunnel, never used twice. */
  id: z.number().int(),
  /** Who connected, e.g. `127.0.0.1:50312`. */
  peer: z.string(),
  openedAt: z.number(),
  bytesUp: z.number().int(),
  bytesDown: z.number().int(),
  /** Arrived from the node and not yet taken by the local program; stays high for a slow reader. */
  waitingBytes: z.number().int(),
});
export type TunnelConnection = z.infer<typeof tunnelConnectionSchema>;

/** `stopped`: not started in this run of the app. A later way to wait for the first connection will be a kind of its own. */
export const tunnelStateSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('stopped') }),
  ...sessionStateSchema.options,
]);
export type TunnelState = z.infer<typeof tunnelStateSchema>;

/** How many connections a status lists at most, newest first; {@link TunnelStatus} counts them all. */
export const maxListedConnections = 100;

/**
 * What a saved tunnel is doing. Told when its state changes, and at most twice a second while its figures change. Figures
 * count from the last start and stay after an end.
 */
export const tunnelStatusSchema = z.strictObject({
  tunnelId: z.string(),
  state: tunnelStateSchema,
  /** It was asked to stop and has not ended yet. */
  isStopping: z.literal(true).optional(),
  /** Of the last start; absent while it has never been started. */
  session: sessionFactsSchema.optional(),
  channel: channelFactsSchema.optional(),
  /** The address in use, its port never 0. Present while something listens, also while reconnecting. */
  listening: z.strictObject({ host: z.string(), port: z.number().int() }).optional(),
  /** How connections share the session; absent until the handshake. `basic` serves one connection at a time. */
  variant: z.enum(['multiplexed', 'basic', 'stream']).optional(),
  connections: z.array(tunnelConnectionSchema),
  openConnections: z.number().int(),
  totalConnections: z.number().int(),
  /** Accepted here, but the destination could not be reached. */
  refusedConnections: z.number().int(),
  bytesUp: z.number().int(),
  bytesDown: z.number().int(),
  /** Bytes per second over the last few seconds; 0 when idle. */
  upPerSecond: z.number(),
  downPerSecond: z.number(),
  rttMs: z.number().optional(),
  resends: z.number().int(),
  /** Where its session needed one. */
  approval: approvalSchema.optional(),
  /** Something to tell without ending anything. */
  warning: z.string().optional(),
  /** Once a query has picked the node. */
  pickedOf: memberCountsSchema.optional(),
  /** The last connection that could not be connected at the far side; cleared by a start. The text is untrusted. */
  lastRefusal: z.strictObject({ message: z.string(), at: z.number() }).optional(),
});
export type TunnelStatus = z.infer<typeof tunnelStatusSchema>;
