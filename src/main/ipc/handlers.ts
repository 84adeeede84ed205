import { app, clipboard } from 'electron';
import type { Profile } from '../../shared/models.ts';
import type { Workspace } from '../../shared/workspace.ts';
import type { Approvals } from '../approvals/approvals.ts';
import type { Examinations } from '../doctor/examinations.ts';
import type { Commands } from '../commands/commands.ts';
import type { FavouriteStore } from '../favourites/favourite-store.ts';
import type { History } from '../history/history.ts';
import type { Inventories } from '../inventory/inventories.ts';
import type { OrphanSweep } from '../orphans/orphan-sweep.ts';
import type { ProfileStore } from '../profiles/profile-store.ts';
import type { Quit } from '../quit.ts';
import type { LiveSessions } from '../sessions/live-sessions.ts';
import type { SessionRegistry } from '../sessions/session-registry.ts';
import type { Identities } from '../sign-ins/identities.ts';
import type { SharedSettingsOwner } from '../shared-settings/shared-settings-owner.ts';
import type { SettingsStore } from '../settings/settings-store.ts';
import type { TunnelStore } from '../tunnels/tunnel-store.ts';
import type { Tunnels } from '../tunnels/tunnels.ts';
import { openInBrowser } from '../window/open-in-browser.ts';
import type { Handlers } from './answer-call.ts';
import { listDocuments, readDocument } from './session-documents.ts';

/** The parts of main that the page may reach. */
export interface Parts {
  profiles: ProfileStore;
  settings: SettingsStore;
  history: History;
  inventories: Inventories;
  favourites: FavouriteStore;
  lives: LiveSessions;
  sessions: SessionRegistry;
  tunnelStore: TunnelStore;
  tunnels: Tunnels;
  commands: Commands;
  orphans: OrphanSweep;
  examinations: Examinations;
  identities: Identities;
  approvals: Pick<Approvals, 'forget'>;
  quit: Quit;
  sharedSettings: SharedSettingsOwner;
  /** A path, or undefined. */
  chooseCertificates(): Promise<string | undefined>;
  attachTerminal(key: string): void;
  pagePainted(): void;
  /** Rejects with `lab-failed`. */
  demoPort(): Promise<number>;
}

export function makeHandlers(parts: Parts): Handlers {
  const { profiles, settings, history, inventories, lives, sessions, tunnels, commands, orphans, quit } =
    parts;
  const { identities } = parts;
  const { signIns, connect } = identities;
  /** The profile as it connects to the Region of the node, where one is given. */
  const profileIn = (
    { profileId, target }: { profileId: string; target?: string | undefined },
    attempted: string,
  ): Profile => {
    const profile = profiles.get(profileId, attempted);
    return target === undefined ? profile : inventories.inRegionOf(profile, target);
  };
  return {
    loadWorkspace: () => ({
      version: app.getVersion(),
      platform: platform(),
      webgl: app.getGPUFeatureStatus().webgl.startsWith('enabled'),
      settings: settings.current,
      profiles: profiles.list(),
      favourites: parts.favourites.list(),
      inventories: profiles.list().flatMap((profile) => inventories.get(profile)),
      sessions: sessions.list(),
      tunnels: parts.tunnelStore.list(),
      tunnelStatuses: tunnels.statuses(),
      commands: commands.list(),
      orphans: orphans.list(),
      signIns: signIns.list(),
      credentials: identities.statuses.list(),
    }),
    pagePainted: () => parts.pagePainted(),
    saveProfile: async ({ id, profile, proxyPassword }) => {
      const saved = await profiles.save(id, profile, proxyPassword);
      identities.forget(saved.id);
      parts.approvals.forget(saved.id);
      inventories.profileSaved(saved);
      return saved;
    },
    removeProfile: async ({ profileId }) => {
      await profiles.remove(profileId);
      identities.forget(profileId);
      parts.approvals.forget(profileId);
      await inventories.forget(profileId);
      await parts.favourites.forget(profileId);
    },
    chooseCertificates: () => parts.chooseCertificates(),
    readSharedSettings: () => parts.sharedSettings.read(),
    refreshNodes: ({ profileId, region }) =>
      inventories.refresh(profiles.get(profileId, 'List the nodes'), region),
    saveFavourite: ({ isFavourite, ...node }) => parts.favourites.save(node, isFavourite),
    startSession: (request) => sessions.start(request),
    attachTerminal: ({ key }) => parts.attachTerminal(key),
    restartSession: ({ key, cols, rows, prefer }) => sessions.restart(key, cols, rows, prefer),
    findSuccessor: ({ key }) => sessions.findSuccessor(key),
    askForAccess: ({ key, reason }) => lives.askForAccess(key, reason),
    reconnectNow: ({ key }) => lives.reconnectNow(key),
    endSession: ({ key }) => sessions.end(key),
    forgetSession: ({ key }) => sessions.forget(key),
    readStats: ({ key }) => sessions.stats(key),
    readDocument: ({ documentName, ...place }) =>
      readDocument(connect, profileIn(place, 'Read a session document'), documentName),
    listDocuments: ({ scope, next, ...place }) =>
      listDocuments(connect, profileIn(place, 'List the session documents'), scope, next),
    examine: (request) => parts.examinations.begin(request),
    stopExamination: ({ id }) => parts.examinations.stop(id),
    recentReasons: ({ environment }) => history.recentReasons(environment),
    saveTunnel: ({ id, tunnel }) => tunnels.save(id, tunnel),
    removeTunnel: ({ tunnelId }) => tunnels.remove(tunnelId),
    startTunnel: ({ tunnelId }) => tunnels.start(tunnelId),
    findDemoPort: async () => ({ port: await parts.demoPort() }),
    stopTunnel: ({ tunnelId }) => tunnels.stop(tunnelId),
    runCommand: (request) => commands.run(request),
    readCommandOutput: ({ key, stdoutFrom, stderrFrom }) => commands.read(key, stdoutFrom, stderrFrom),
    cancelCommand: ({ key }) => commands.cancel(key),
    forgetCommand: ({ key }) => commands.forget(key),
    endOrphans: ({ ids }) => orphans.end(ids),
    keepOrphans: () => orphans.keep(),
    startSignIn: ({ id, flow }) => signIns.start(id, flow),
    cancelSignIn: ({ id }) => signIns.cancel(id),
    answerMfa: ({ id, code }) => signIns.answer(id, code),
    listHistory: (query) => history.list(query),
    clearHistory: () => history.clear(),
    saveSettings: (changed) => settings.save(changed),
    readClipboard: () => clipboard.readText(),
    writeClipboard: ({ text }) => clipboard.writeText(text),
    openLink: async ({ url }) => {
      await openInBrowser(url);
    },
    confirmQuit: (answer) => quit.answered(answer.quit),
  };
}

function platform(): Workspace['platform'] {
  // Other Unixes run the Linux build.
  return process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux';
}
