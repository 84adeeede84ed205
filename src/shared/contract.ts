import { z } from 'zod';
import { commandOutputSchema, commandRunSchema, runCommandRequestSchema } from './commands.ts';
import type { CallName, EventName } from './contract-names.ts';
import { documentFactsSchema, documentPageSchema, documentScopeSchema } from './document-facts.ts';
import { examinationSchema, examineRequestSchema } from './doctor.ts';
import { appErrorSchema } from './errors.ts';
import { favouriteSchema } from './favourites.ts';
import { inventoryChangeSchema, inventoryHeadSchema } from './inventory.ts';
import {
  documentNameSchema,
  environmentSchema,
  historyEntrySchema,
  idSchema,
  profileInputSchema,
  profileSchema,
  reasonSchema,
  regionSchema,
  sessionStatsSchema,
  sessionSummarySchema,
  settingsSchema,
  startRequestSchema,
  targetSchema,
} from './models.ts';
import { proxyPasswordSchema } from './network.ts';
import { orphanSchema } from './orphans.ts';
import { sharedSettingsSchema } from './shared-settings.ts';
import {
  credentialsStatusSchema,
  mfaCodeSchema,
  signInFlowSchema,
  signInIdSchema,
  signInSchema,
} from './sign-in.ts';
import { successorSchema } from './target-query.ts';
import { tunnelInputSchema, tunnelSchema, tunnelStatusSchema } from './tunnels.ts';
import { workspaceSchema } from './workspace.ts';

const nothing = z.undefined();
const keyOnly = z.strictObject({ key: idSchema });
const profileOnly = z.strictObject({ profileId: idSchema });
const tunnelOnly = z.strictObject({ tunnelId: idSchema });
/** Documents belong to a Region: that of the node where one is given, else that of the profile. */
const documentPlace = z.strictObject({ profileId: idSchema, target: targetSchema.optional() });
const offset = z.number().int().min(0);

/** One request and its answer. Main parses `request`; the type of `answer` is the promise to the page. */
export const calls = {
  loadWorkspace: { request: nothing, answer: workspaceSchema },
  /** What the page has to show first is on screen: what main has put off may begin. */
  pagePainted: { request: nothing, answer: nothing },
  saveProfile: {
    request: z.strictObject({
      id: idSchema.optional(),
      profile: profileInputSchema,
      /**
       * As it was typed; kept by the system's key store, and never told back. The one that is kept stays when absent, as long as the
       * proxy stays the same. `storage-failed` where the system has no real key store.
       */
      proxyPassword: proxyPasswordSchema.optional(),
    }),
    answer: profileSchema,
  },
  removeProfile: { request: profileOnly, answer: nothing },
  /** The system's dialog for a file, and the path that was chosen; undefined when it was closed. */
  chooseCertificates: { request: nothing, answer: z.string().optional() },
  /** What the shared AWS files hold. From then on `sharedSettingsChanged` tells when that is something else. */
  readSharedSettings: { request: nothing, answer: sharedSettingsSchema },
  /**
   * Begins to read the lists of a profile anew, all of them or that of one Region (and starts the lab, where the profile needs
   * it); answers at once, news come as events.
   */
  refreshNodes: {
    request: z.strictObject({ profileId: idSchema, region: regionSchema.optional() }),
    answer: z.array(inventoryHeadSchema),
  },
  /** Gives a node a star, or takes it away. */
  saveFavourite: { request: favouriteSchema.extend({ isFavourite: z.boolean() }), answer: nothing },
  /** Makes the session and answers before StartSession has; its progress comes as `sessionChanged`. */
  startSession: { request: startRequestSchema, answer: sessionSummarySchema },
  /** Main answers by posting a {@link terminalPortMessage}: a MessagePort for this session's bytes. */
  attachTerminal: { request: keyOnly, answer: nothing },
  /**
   * Starts the same target, document, reason and parameters again under the same key, after an end. A query picks anew; `prefer`
   * is the member that was offered, taken where it still is healthy.
   */
  restartSession: {
    request: z.strictObject({
      key: idSchema,
      prefer: targetSchema.optional(),
      cols: z.number().int().min(1).max(65_535),
      rows: z.number().int().min(1).max(65_535),
    }),
    answer: sessionSummarySchema,
  },
  /** Asks who can follow a session of a query, its node being left out. Refused for a session of a node. */
  findSuccessor: { request: keyOnly, answer: successorSchema },
  /**
   * Skips the wait before the next reconnect try; with `needs-sign-in`, tries with fresh credentials, for all that waits for
   * the same profile; with `awaiting-approval`, asks for the status. `key` is that of a session or a command, or the id of a tunnel.
   */
  reconnectNow: { request: keyOnly, answer: nothing },
  /**
   * With `needs-approval`: makes an access request for the node. What the service answers is told by the state: `awaiting-approval`, or
   * `needs-approval` with another error. `key` as for `reconnectNow`.
   */
  askForAccess: { request: z.strictObject({ key: idSchema, reason: reasonSchema }), answer: nothing },
  /** TerminateSession; resolves when the session has ended here, whatever the service says. */
  endSession: { request: keyOnly, answer: nothing },
  /** Forgets an ended session (its tab was closed). */
  forgetSession: { request: keyOnly, answer: nothing },
  readStats: { request: keyOnly, answer: sessionStatsSchema },
  /** What a session document says: whether it fits, and which parameters it takes. Asks the service (ssm:GetDocument). */
  readDocument: {
    request: documentPlace.extend({ documentName: documentNameSchema }),
    answer: documentFactsSchema,
  },
  /** Session documents, a page at a time (ssm:ListDocuments). `next` is that of the page before. */
  listDocuments: {
    request: documentPlace.extend({
      scope: documentScopeSchema,
      next: z.string().min(1).max(8192).optional(),
    }),
    answer: documentPageSchema,
  },
  /** Reasons given for sessions of this environment, each once, the latest first; out of the history. */
  recentReasons: {
    request: z.strictObject({ environment: environmentSchema }),
    answer: z.array(z.string()),
  },
  /** Looks for what stands in the way of a session; answers at once, findings come as `examinationChanged`. */
  examine: { request: examineRequestSchema, answer: examinationSchema },
  /** Stops looking and forgets it. */
  stopExamination: { request: z.strictObject({ id: idSchema }), answer: nothing },
  /** Adds a tunnel, or replaces the one with this id; one that runs goes on as it was until it is started again. */
  saveTunnel: {
    request: z.strictObject({ id: idSchema.optional(), tunnel: tunnelInputSchema }),
    answer: tunnelSchema,
  },
  /** Stops it first where it runs. */
  removeTunnel: { request: tunnelOnly, answer: nothing },
  /**
   * Answers at once; what becomes of it, a port that is taken included (`port-busy`), comes as `tunnelStatusChanged`.
   * Refused for one that runs.
   */
  startTunnel: { request: tunnelOnly, answer: tunnelStatusSchema },
  /** TerminateSession; resolves when the tunnel has ended here and its listener is closed. */
  stopTunnel: { request: tunnelOnly, answer: nothing },
  /** A port of each node of the local lab where a web page is served, for a first tunnel. Starts the lab where it does not run. */
  findDemoPort: { request: nothing, answer: z.strictObject({ port: z.number().int() }) },
  /** Answers before StartSession has; progress comes as `commandChanged`. */
  runCommand: { request: runCommandRequestSchema, answer: commandRunSchema },
  /**
   * What has arrived of both streams from these offsets on, in pieces: ask again while there is more, and when
   * `commandChanged` tells a greater total. The page asks when it has painted, so that a flood waits for it.
   */
  readCommandOutput: {
    request: z.strictObject({ key: idSchema, stdoutFrom: offset, stderrFrom: offset }),
    answer: commandOutputSchema,
  },
  /**
   * Interrupts the command as Ctrl-C does, and ends its session if it has not stopped after some seconds, or when it is asked
   * for again. Answers at once.
   */
  cancelCommand: { request: keyOnly, answer: nothing },
  /** Forgets an ended command and its output. */
  forgetCommand: { request: keyOnly, answer: nothing },
  /** Ends these, and no session that `orphansFound` did not list. The rest stays listed. */
  endOrphans: {
    request: z.strictObject({ ids: z.array(z.string().min(1).max(96)).max(1000) }),
    answer: z.strictObject({
      ended: z.array(z.string()),
      failed: z.array(z.strictObject({ id: z.string(), error: appErrorSchema })),
    }),
  },
  /** Leaves all that were listed alone, for good. */
  keepOrphans: { request: nothing, answer: nothing },
  /**
   * A person asked for it: begins the login of this id. Answers at once; how far it has come is told by `signInsChanged`. With `pkce`
   * the browser is opened as soon as there is a page to open.
   */
  startSignIn: { request: z.strictObject({ id: signInIdSchema, flow: signInFlowSchema }), answer: nothing },
  /** Gives up a login that is under way, or a code that is being checked. It is needed as before. */
  cancelSignIn: { request: z.strictObject({ id: signInIdSchema }), answer: nothing },
  /** The code of the device, for the sign-in of this id. Whether it was right is told by `signInsChanged`. */
  answerMfa: { request: z.strictObject({ id: signInIdSchema, code: mfaCodeSchema }), answer: nothing },
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
  /** At most four times a second, except for the first nodes of a list. */
  inventoriesChanged: z.array(inventoryChangeSchema),
  favouritesChanged: z.array(favouriteSchema),
  sessionChanged: sessionSummarySchema,
  sessionForgotten: keyOnly,
  /** The user chose this one outside the window, in a notification: its tab comes to the front. */
  sessionWanted: keyOnly,
  examinationChanged: examinationSchema,
  /** All saved tunnels, in the order they were made. */
  tunnelsChanged: z.array(tunnelSchema),
  tunnelStatusChanged: tunnelStatusSchema,
  /** At most five times a second while output arrives. */
  commandChanged: commandRunSchema,
  commandForgotten: keyOnly,
  /** All sessions of an earlier run that are still active at the service and not decided yet; empty when all are. */
  orphansFound: z.strictObject({ orphans: z.array(orphanSchema) }),
  sharedSettingsChanged: sharedSettingsSchema,
  /** All sign-ins that are needed or under way, in the order in which they came up. */
  signInsChanged: z.array(signInSchema),
  /** What is known of the credentials of each profile whose credentials were looked up in this run of the app. */
  credentialsChanged: z.array(credentialsStatusSchema),
  /** The user asked to quit while these were live. */
  quitRequested: z.strictObject({
    live: z.array(sessionSummarySchema),
    tunnels: z.array(tunnelStatusSchema),
    commands: z.array(commandRunSchema),
  }),
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
