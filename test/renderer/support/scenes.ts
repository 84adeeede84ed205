import type { AppErrorData } from '../../../src/shared/errors.ts';
import type { ManagedNode } from '../../../src/shared/inventory.ts';
import {
  defaultSettings,
  type HistoryEntry,
  type Profile,
  type SessionState,
  type Settings,
} from '../../../src/shared/models.ts';
import type { Workspace } from '../../../src/shared/workspace.ts';
import type { SharedSettings } from '../../../src/shared/shared-settings.ts';
import { awsFiles } from './shared-settings-scene.ts';
import { accessScene } from './access-scenes.ts';
import { codeNeeded, signInNeeded, signInScene, unstarted } from './sign-in-scenes.ts';
import { fleetScene, listStatesScene, longName, manyNodesScene } from './list-scenes.ts';
import { history, limits, session, shellOutput } from './scene-sessions.ts';
import {
  lab,
  labNodes,
  list,
  notConnected,
  production,
  productionNodes,
  staging,
  stagingNodes,
  unread,
} from './scene-values.ts';
import { commandScene, kindHistory, orphanScene, type Places, tunnelScene } from './kind-scenes.ts';

/** What the fake main process knows. */
export interface Scene {
  readonly workspace: Workspace;
  readonly history: readonly HistoryEntry[];
  readonly sharedSettings: SharedSettings;
  /** When the sessions were last used; just now when absent. */
  readonly activeAt?: number;
  /** What a terminal shows when it is attached. */
  readonly output: string;
  readonly loadFails?: AppErrorData;
  readonly startFails?: AppErrorData;
  /** The fake main process asks at once whether to quit. */
  readonly asksToQuit?: boolean;
}

const empty = (settings: Settings): Workspace => ({
  version: '0.1.0',
  platform: 'linux',
  webgl: false,
  settings,
  profiles: [lab],
  inventories: [list(lab, labNodes)],
  favourites: [],
  sessions: [],
  tunnels: [],
  tunnelStatuses: [],
  commands: [],
  orphans: [],
  signIns: [],
  credentials: [],
});

const full = (settings: Settings): Workspace => ({
  ...empty(settings),
  profiles: [production, staging, lab],
  inventories: [list(production, productionNodes), list(staging, stagingNodes), list(lab, labNodes)],
});

function scene(name: string, settings: Settings): Scene {
  const [web1, web2, web3, batch] = productionNodes as [ManagedNode, ManagedNode, ManagedNode, ManagedNode];
  const [api, queue] = stagingNodes as [ManagedNode, ManagedNode];
  const base = { history, sharedSettings: { profiles: [], problems: [] }, output: shellOutput };
  const workspace = full(settings);
  const places: Places = {
    production: { profile: production, node: web1 },
    staging: { profile: staging, node: queue },
    lab: { profile: lab, node: labNodes[0] as ManagedNode },
  };
  switch (name) {
    case 'kinds':
    case 'quit':
      return {
        ...base,
        history: [...kindHistory(places), ...history],
        workspace: {
          ...workspace,
          sessions: [session(production, web1, '01', { kind: 'live' }, { reason: 'INC-2231' })],
          ...tunnelScene(places),
          commands: commandScene(places),
        },
        asksToQuit: name === 'quit',
      };
    case 'sign-in':
    case 'sign-in-failed':
      return {
        ...base,
        workspace: {
          ...workspace,
          ...signInScene(production, staging, name === 'sign-in-failed'),
          inventories: [
            list(production, productionNodes, { state: { kind: 'failed', error: signInNeeded } }),
            unread(staging, { kind: 'failed', error: codeNeeded }),
            list(lab, labNodes),
          ],
          sessions: [
            session(production, web1, '01', { kind: 'needs-sign-in', error: signInNeeded }),
            unstarted(session(staging, queue, '02', { kind: 'needs-sign-in', error: codeNeeded })),
            unstarted(session(production, web2, '03', { kind: 'needs-sign-in', error: signInNeeded })),
          ],
        },
      };
    case 'approvals': {
      const inTab =
        (profile: Profile, node: ManagedNode) =>
        (key: string, state: SessionState, change = {}) =>
          session(profile, node, key, state, change);
      const asked = { inProduction: inTab(production, web1), inStaging: inTab(staging, queue) };
      return { ...base, workspace: { ...workspace, sessions: accessScene(asked) } };
    }
    case 'orphans':
      return { ...base, workspace: { ...workspace, orphans: orphanScene(places) } };
    case 'first-run':
      return {
        ...base,
        history: [],
        workspace: empty(settings),
        sharedSettings: awsFiles,
      };
    case 'list-states':
      return { ...base, workspace: { ...workspace, ...listStatesScene() } };
    case 'fleet':
    case 'fleet-by-tag': {
      const fleet = fleetScene();
      const grouped: Settings = name === 'fleet' ? settings : { ...settings, groupNodesBy: { tag: 'Role' } };
      return {
        ...base,
        history: fleet.history,
        workspace: { ...full(grouped), ...fleet.workspace },
      };
    }
    case 'many':
      return { ...base, workspace: { ...workspace, ...manyNodesScene() } };
    case 'failed':
      return {
        ...base,
        workspace,
        loadFails: {
          code: 'storage-failed',
          attempted: 'Read profiles and settings',
          message: 'The file profiles.json cannot be read: permission denied.',
          hint: 'Check who owns the folder ~/.config/Nodewharf.',
          retryable: true,
        },
      };
    case 'cut-off':
      return {
        ...base,
        workspace: {
          ...workspace,
          sessions: [
            session(
              production,
              web2,
              '02',
              { kind: 'live' },
              limits({ kind: 'duration', at: Date.now() + 8 * 60_000 }),
            ),
            session(
              production,
              web1,
              '01',
              { kind: 'live' },
              limits({ kind: 'idle', at: Date.now() + 97_000 }),
            ),
          ],
        },
        activeAt: Date.now() - (15 * 60_000 - 97_000),
      };
    case 'not-started':
      return { ...base, workspace, startFails: notConnected };
    case 'states': {
      const ended: SessionState = {
        kind: 'ended',
        endedAt: Date.now() - 120_000,
        end: { kind: 'timed-out' },
      };
      return {
        ...base,
        workspace: {
          ...workspace,
          sessions: [
            session(
              production,
              web1,
              '01',
              { kind: 'live' },
              { silence: { kind: 'no-answer', since: Date.now() - 24_000 } },
            ),
            session(staging, queue, '02', {
              kind: 'reconnecting',
              attempt: 2,
              nextTryAt: Date.now() + 8000,
              error: {
                code: 'proxy-refused',
                attempted: 'Resume the session',
                message:
                  'The proxy proxy.acme.example:3128 asks who is there (HTTP 407): user name and password are missing or wrong.',
                hint: 'Give both in the settings of the profile, or in HTTPS_PROXY.',
                retryable: false,
              },
            }),
            session(production, web2, '03', {
              kind: 'needs-sign-in',
              error: {
                code: 'credentials-expired',
                attempted: 'Resume the session on i-0b77d1e5a0b3c11d0 (web-2)',
                message: 'The token of the profile acme-prod has expired.',
                hint: 'Sign in with `aws sso login --profile acme-prod`, then try again.',
                retryable: true,
              },
            }),
            session(production, batch, '04', ended),
            session(production, web3, '05', {
              kind: 'ended',
              endedAt: Date.now() - 60_000,
              end: {
                kind: 'closed',
                message: 'Session terminated by an administrator: maintenance of the shared volume',
              },
            }),
            session(staging, { ...api, name: longName }, '06', { kind: 'connecting' }),
          ],
        },
      };
    }
    default:
      return {
        ...base,
        workspace: {
          ...workspace,
          sessions: [
            session(staging, queue, '02', { kind: 'reconnecting', attempt: 2, nextTryAt: Date.now() + 8000 }),
            session(production, batch, '04', {
              kind: 'ended',
              endedAt: Date.now() - 120_000,
              end: { kind: 'ended-by-user' },
            }),
            session(production, web1, '01', { kind: 'live' }, { reason: 'INC-2231' }),
          ],
        },
      };
  }
}

export const sceneByName = (name: string, theme: string): Scene =>
  scene(name, { ...defaultSettings, theme: theme === 'light' ? 'light' : 'dark' });
