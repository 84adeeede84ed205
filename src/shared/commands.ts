import { z } from 'zod';
import {
  approvalSchema,
  channelFactsSchema,
  documentNameSchema,
  idSchema,
  reasonSchema,
  sessionFactsSchema,
  sessionStateSchema,
  targetSchema,
} from './models.ts';
import { isOneTarget, memberCountsSchema, targetQuerySchema } from './target-query.ts';

/** Either `target` or `targetQuery`. */
export const runCommandRequestSchema = z
  .strictObject({
    profileId: idSchema,
    target: targetSchema.optional(),
    targetQuery: targetQuerySchema.optional(),
    nodeName: z.string().max(256).optional(),
    /** Split like a shell's words and executed directly: no pipes or redirections unless it begins with `sh -c`. */
    command: z.string().trim().min(1).max(65_535),
    reason: reasonSchema.optional(),
    /** A document of the NonInteractiveCommands kind with a parameter `command`; the service's own when absent. */
    documentName: documentNameSchema.optional(),
  })
  .refine(isOneTarget, { path: ['target'] });
export type RunCommandRequest = z.infer<typeof runCommandRequestSchema>;

/** How much of one stream is kept: its last bytes. */
export const keptOutputBytes = 2 * 1024 * 1024;

/** How much of one stream a single answer carries at most. */
export const maxReadBytes = 256 * 1024;

const streamLengthSchema = z.strictObject({
  /** Bytes that arrived. */
  total: z.number().int(),
  /** Bytes at the beginning that are no longer kept. */
  dropped: z.number().int(),
});

/** One command on one node as the page sees it. It runs once; after `ended` nothing changes any more. */
export const commandRunSchema = sessionFactsSchema.extend({
  command: z.string(),
  state: sessionStateSchema,
  channel: channelFactsSchema.optional(),
  warning: z.string().optional(),
  /** Once a query has picked the node. */
  pickedOf: memberCountsSchema.optional(),
  /** Where its session needed one. */
  approval: approvalSchema.optional(),
  /**
   * `separate`: stdout and stderr come live and apart, and the exit code comes. `joined`: the document does not offer that;
   * both come as stdout after the command has finished, and there is no exit code. `unknown` until the document was read,
   * and where it may not be read.
   */
  streams: z.enum(['separate', 'joined', 'unknown']),
  /** -1: ended by a signal. Absent while it runs and where the node did not tell (see `streams`). */
  exitCode: z.number().int().optional(),
  /** The user asked to stop it; it has a few seconds to react before its session is ended. */
  isCancelling: z.boolean(),
  stdout: streamLengthSchema,
  stderr: streamLengthSchema,
});
export type CommandRun = z.infer<typeof commandRunSchema>;

const streamPieceSchema = z.strictObject({
  /** Offset of the first of `bytes` in the whole stream; greater than asked for where the beginning is no longer kept. */
  from: z.number().int(),
  /** A remote program's: undecoded, untrusted. */
  bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  total: z.number().int(),
});

export const commandOutputSchema = z.strictObject({ stdout: streamPieceSchema, stderr: streamPieceSchema });
export type CommandOutput = z.infer<typeof commandOutputSchema>;
