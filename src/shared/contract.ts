import { z } from 'zod';
import type { CallName, EventName } from './contract-names.ts';
import {
  historyEntrySchema,
  inventorySchema,
  profileInputSchema,
  profileSchema,
  sessionStatsSchema,
  sessionSummarySchema,
  settingsSchema,
  sharedProfileSchema,
  startRequestSchema,
  workspaceSchema,
} from './models.ts';

const nothing = z.undefined();
const keyOnly = z.strictObject({ key: z.string().min(1).max(64) });
const profileOnly = z.strictObject({ profileId: z.string().min(1).max(64) });

/** One request and its answer. Main parses `request`; the type of `answer` is the promise to the page. */
export const calls = {
  loadWorkspace: { request: nothing, answer: workspaceSchema },
  saveProfile: {
    request: z.strictObject({ id: z.string().min(1).max(64).optional(), profile: profileInputSchema }),
    answer: profileSchema,
  },
  removeProfile: { request: profileOnly, answer: nothing },
  listSharedProfiles: { request: nothing, answer: z.array(sharedProfileSchema) },
  /** Starts a refresh (and the lab, where the profile needs it); answers at once, news come as events. */
  refreshNodes: { request: profileOnly, answer: inventorySchema },
  /** Makes the session and answers before StartSession has; its progress comes as `sessionChanged`. */
  startSession: { request: startRequestSchema, answer: sessionSummarySchema },
  /** Main answers by posting a {@link terminalPortMessage}: a MessagePort for this session's bytes. */
  attachTerminal: { request: keyOnly, answer: nothing },
  /** Starts the same target, document, reason and parameters again under the same key, after an end. */
  restartSession: {
    request: z.strictObject({
      key: z.string().min(1).max(64),
      cols: z.number().int().min(1).max(65_535),
      rows: z.number().int().min(1).max(65_535),
    }),
    answer: sessionSummarySchema,
  },
  /** Skips the wait before the next reconnect try; with `needs-sign-in`, tries with fresh credentials. */
  reconnectNow: { request: keyOnly, answer: nothing },
  /** TerminateSession; resolves when the session has ended here, whatever the service says. */
  endSession: { request: keyOnly, answer: nothing },
  /** Forgets an ended session (its tab was closed). */
  forgetSession: { request: keyOnly, answer: nothing },
  readStats: { request: keyOnly, answer: sessionStatsSchema },
  listHistory: {
    request: z.strictObject({
      limit: z.number().int().min(1).max(500),
      /** Only entries started before this time, epoch milliseconds. */
      before: z.number().optional(),
      text: z.string().max(200).optional(),
    }),
    answer: z.array(historyEntrySchema),
  },
  clearHistory: { request: nothing, answer: nothing },
  saveSettings: { request: settingsSchema, answer: settingsSchema },
  readClipboard: { request: nothing, answer: z.string() },
  writeClipboard: { request: z.strictObject({ text: z.string().max(16_777_216) }), answer: nothing },
  /** Opens an http(s) link in the user's browser; other schemes are refused. */
  openLink: { request: z.strictObject({ url: z.string().max(4096) }), answer: nothing },
  /** The answer of the quit dialog: ends all live sessions and quits, or stays. */
  confirmQuit: { request: z.strictObject({ quit: z.boolean() }), answer: nothing },
} satisfies Record<CallName, { request: z.ZodType; answer: z.ZodType }>;

/** News from main to the page. */
export const events = {
  profilesChanged: z.array(profileSchema),
  inventoryChanged: inventorySchema,
  sessionChanged: sessionSummarySchema,
  sessionForgotten: keyOnly,
  /** The user asked to quit while these sessions were live. */
  quitRequested: z.strictObject({ live: z.array(sessionSummarySchema) }),
  /** A menu accelerator that the page carries out. */
  menuCommand: z.strictObject({
    command: z.enum([
      'new-session',
      'close-tab',
      'next-tab',
      'previous-tab',
      'find',
      'copy',
      'paste',
      'select-all',
      'zoom-in',
      'zoom-out',
      'zoom-reset',
      'open-settings',
      'toggle-sidebar',
      'go-to',
    ]),
  }),
} satisfies Record<EventName, z.ZodType>;

export type Calls = typeof calls;
export type Request<N extends CallName> = z.input<Calls[N]['request']>;
export type Answer<N extends CallName> = z.output<Calls[N]['answer']>;
export type EventPayload<N extends EventName> = z.output<(typeof events)[N]>;
