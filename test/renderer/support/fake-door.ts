import { terminalPortMessage } from '../../../src/shared/contract-names.ts';
import type { Door, Reply } from '../../../src/shared/door.ts';
import type { EventName } from '../../../src/shared/contract-names.ts';
import type { SessionSummary } from '../../../src/shared/models.ts';
import type { ToMain, ToPage } from '../../../src/shared/terminal-port.ts';
import { fakeCommands } from './fake-commands.ts';
import { fakeDoctor } from './fake-doctor.ts';
import { fakeDocuments } from './fake-documents.ts';
import { fakeSignIns } from './fake-sign-ins.ts';
import { fakeTunnels } from './fake-tunnels.ts';
import type { Scene } from './scenes.ts';

const ok = <T>(value: T): Promise<Reply<T>> => Promise.resolve({ ok: true, value });

/** A main process made of a scene: it answers, sessions echo what is typed, nothing is kept. */
export function createFakeDoor(scene: Scene): Door {
  let { workspace } = scene;
  let clipboard = '';
  let nextKey = 1;
  const sessions = new Map<string, SessionSummary>(workspace.sessions.map((known) => [known.key, known]));
  const listeners = new Map<EventName, Set<(payload: never) => void>>();

  const emit = (name: EventName, payload: unknown): void => {
    for (const listener of listeners.get(name) ?? []) listener(payload as never);
  };
  const changeSession = (key: string, change: Partial<SessionSummary>): SessionSummary => {
    const known = sessions.get(key);
    if (known === undefined) throw new Error(`The scene has no session ${key}.`);
    const changed = { ...known, ...change };
    sessions.set(key, changed);
    emit('sessionChanged', changed);
    return changed;
  };
  const start = (key: string): void => {
    window.setTimeout(() => {
      if (scene.startFails !== undefined) {
        const end = { kind: 'failed', error: scene.startFails } as const;
        changeSession(key, { state: { kind: 'ended', end, endedAt: Date.now() } });
      } else changeSession(key, { state: { kind: 'live' }, sessionId: `ops-${key}f3b81d2a97e60c4` });
    }, 400);
  };

  if (scene.asksToQuit === true) {
    window.setTimeout(() => {
      emit('quitRequested', {
        live: workspace.sessions,
        tunnels: workspace.tunnelStatuses.filter(({ state }) => state.kind === 'live'),
        commands: workspace.commands.filter(({ state }) => state.kind !== 'ended'),
      });
    }, 300);
  }

  return {
    loadWorkspace: () =>
      scene.loadFails === undefined ? ok(workspace) : Promise.resolve({ ok: false, error: scene.loadFails }),
    pagePainted: () => ok(undefined),
    saveProfile: ({ id, profile }) => {
      const saved = { ...profile, id: id ?? `p${nextKey++}`, builtIn: false };
      const profiles = [...workspace.profiles.filter((known) => known.id !== saved.id), saved];
      workspace = { ...workspace, profiles };
      emit('profilesChanged', profiles);
      return ok(saved);
    },
    removeProfile: ({ profileId }) => {
      workspace = { ...workspace, profiles: workspace.profiles.filter(({ id }) => id !== profileId) };
      emit('profilesChanged', workspace.profiles);
      return ok(undefined);
    },
    chooseCertificates: () => ok('/etc/ssl/certs/proxy-ca.pem'),
    readSharedSettings: () => ok(scene.sharedSettings),
    refreshNodes: ({ profileId }) =>
      ok(workspace.inventories.flatMap(({ head }) => (head.profileId === profileId ? [head] : []))),
    saveFavourite: ({ profileId, target, isFavourite }) => {
      const others = workspace.favourites.filter((known) => known.target !== target);
      const favourites = isFavourite ? [...others, { profileId, target }] : others;
      workspace = { ...workspace, favourites };
      emit('favouritesChanged', favourites);
      return ok(undefined);
    },
    startSession: ({ profileId, target = '', targetQuery, nodeName, documentName, reason }) => {
      const profile = workspace.profiles.find(({ id }) => id === profileId);
      const key = `n${nextKey++}`;
      const made: SessionSummary = {
        key,
        profileId,
        profileName: profile?.name ?? '',
        environment: profile?.environment ?? 'other',
        region: profile?.region ?? 'lab',
        target,
        nodeName: nodeName ?? target,
        ...(targetQuery === undefined ? {} : { targetQuery }),
        ...(documentName === undefined ? {} : { documentName }),
        ...(reason === undefined ? {} : { reason }),
        startedAt: Date.now(),
        state: { kind: 'connecting' },
      };
      sessions.set(key, made);
      start(key);
      return ok(made);
    },
    attachTerminal: ({ key }) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }: MessageEvent<ToMain>) => {
        if (data.kind !== 'input') return;
        port1.postMessage({ kind: 'accepted', byteCount: data.bytes.length } satisfies ToPage);
        const text = new TextDecoder().decode(data.bytes);
        port1.postMessage(new TextEncoder().encode(text === '\r' ? '\r\n$ ' : text));
      };
      window.postMessage({ type: terminalPortMessage, key }, '*', [port2]);
      port1.postMessage(new TextEncoder().encode(scene.output));
      return ok(undefined);
    },
    restartSession: ({ key }) => {
      start(key);
      return ok(changeSession(key, { state: { kind: 'connecting' }, startedAt: Date.now() }));
    },
    findSuccessor: () => ok({ counts: { healthy: 0, matched: 0 } }),
    askForAccess: ({ key, reason }) => {
      const request = { requestId: 'oi-0123456789ab', reason, since: Date.now() };
      changeSession(key, { state: { kind: 'awaiting-approval', ...request } });
      return ok(undefined);
    },
    reconnectNow: ({ key }) => {
      changeSession(key, { state: { kind: 'live' } });
      return ok(undefined);
    },
    endSession: ({ key }) => {
      changeSession(key, { state: { kind: 'ended', end: { kind: 'ended-by-user' }, endedAt: Date.now() } });
      return ok(undefined);
    },
    forgetSession: ({ key }) => {
      sessions.delete(key);
      emit('sessionForgotten', { key });
      return ok(undefined);
    },
    readStats: ({ key }) =>
      ok({
        key,
        rttMs: 1.24,
        resends: 0,
        bytesIn: 48_211,
        bytesOut: 512,
        activeAt: scene.activeAt ?? Date.now(),
      }),
    ...fakeDocuments(),
    ...fakeDoctor(emit),
    ...fakeTunnels(workspace, emit),
    ...fakeCommands(workspace, emit),
    endOrphans: ({ ids }) => {
      const orphans = workspace.orphans.filter(({ sessionId }) => !ids.includes(sessionId));
      workspace = { ...workspace, orphans };
      emit('orphansFound', { orphans });
      return ok({ ended: ids, failed: [] });
    },
    keepOrphans: () => {
      emit('orphansFound', { orphans: [] });
      return ok(undefined);
    },
    ...fakeSignIns(workspace, emit),
    listHistory: ({ text = '' }) =>
      ok(scene.history.filter((entry) => JSON.stringify(entry).toLowerCase().includes(text.toLowerCase()))),
    clearHistory: () => ok(undefined),
    saveSettings: (settings) => ok(settings),
    readClipboard: () => ok(clipboard),
    writeClipboard: ({ text }) => {
      clipboard = text;
      return ok(undefined);
    },
    openLink: () => ok(undefined),
    confirmQuit: () => ok(undefined),
    on: (name, listener) => {
      const known = listeners.get(name) ?? new Set();
      known.add(listener);
      listeners.set(name, known);
      return () => known.delete(listener);
    },
  };
}
