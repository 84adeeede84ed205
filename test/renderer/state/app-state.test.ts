import { describe, expect, test } from 'vitest';
import {
  initialState,
  withFolded,
  withNotice,
  withoutSession,
  withSession,
  withStats,
  withTerminal,
  withWorkspace,
} from '../../../src/renderer/state/app-state.ts';
import { createStore } from '../../../src/renderer/state/store.ts';
import { defaultSettings } from '../../../src/shared/models.ts';
import { inventory, node, profile, session } from '../support/values.ts';

const start = initialState(1280);

describe('the state of the page', () => {
  test('begins with the settings that the contract begins with', () => {
    expect(start.settings).toEqual(defaultSettings);
  });

  test('begins with the inspector open where there is room for it', () => {
    expect([initialState(1280).panels.inspector, initialState(1024).panels.inspector]).toEqual([true, false]);
  });

  test('has a tab for each session that main still holds when the page comes back', () => {
    const state = withWorkspace(start, {
      version: '1',
      platform: 'linux',
      webgl: false,
      settings: defaultSettings,
      profiles: [profile()],
      inventories: [inventory('p1', [node()])],
      favourites: [],
      sessions: [session({ key: 'k1' }), session({ key: 'k2', nodeName: 'db' })],
      tunnels: [],
      tunnelStatuses: [],
      commands: [],
      orphans: [],
      signIns: [],
      credentials: [],
    });
    expect(state.tabs).toMatchObject({
      items: [{ link: { kind: 'session', key: 'k1' } }, { link: { key: 'k2' }, request: { nodeName: 'db' } }],
      activeId: 'k2',
    });
  });

  test('forgets a session with its figures', () => {
    const known = withStats(withSession(start, session()), {
      key: 'k1',
      resends: 0,
      bytesIn: 1,
      bytesOut: 2,
    });
    expect(withoutSession(known, 'k1')).toEqual(start);
  });

  test('is the same value when a terminal tells nothing new', () => {
    const known = withTerminal(start, 'a', { cols: 80, rows: 24 });
    expect(withTerminal(known, 'a', { cols: 80, rows: 24, waitingInput: 0 })).toBe(known);
    expect(withTerminal(known, 'a', { rows: 25 }).terminals['a']).toMatchObject({ cols: 80, rows: 25 });
  });

  test('folds and unfolds a profile once', () => {
    const folded = withFolded(withFolded(start, 'p1', true), 'p1', true);
    expect(folded.list.folded).toEqual(['p1']);
    expect(withFolded(folded, 'p1', false).list.folded).toEqual([]);
  });

  test('keeps three notices, none twice', () => {
    const texts = ['a', 'b', 'c', 'b', 'd'];
    const state = texts.reduce(
      (known, text, id) => withNotice(known, { id: `${id}`, tone: 'done', text }),
      start,
    );
    expect(state.notices.map(({ text }) => text)).toEqual(['c', 'b', 'd']);
  });
});

describe('the store', () => {
  test('tells its listeners of changes only, until they have left', () => {
    const store = createStore(start);
    let calls = 0;
    const leave = store.subscribe(() => {
      calls += 1;
    });
    store.change((state) => state);
    store.change((state) => withFolded(state, 'p1', true));
    leave();
    store.change((state) => withFolded(state, 'p1', false));
    expect(calls).toBe(1);
  });
});
