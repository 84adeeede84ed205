import { describe, expect, test } from 'vitest';
import {
  activateTab,
  changeTab,
  closeTab,
  viewTabs,
  isLive,
  moveTab,
  newTab,
  nodeOf,
  nodeRequestOf,
  openTab,
  sessionTab,
  stepTab,
  type Tabs,
  tabState,
} from '../../../src/renderer/state/tabs.ts';
import { failure, session } from '../support/values.ts';

const none: Tabs = { items: [], activeId: undefined, closed: [] };
const request = (target: string) => ({ profileId: 'p1', target });
const abc = ['a', 'b', 'c'].reduce((tabs, id) => openTab(tabs, newTab(id, request(id))), none);
const ids = ({ items }: Tabs): string => items.map(({ id }) => id).join(' ');

describe('tabs', () => {
  test('open behind the active one, which the new one becomes', () => {
    const opened = openTab(activateTab(abc, 'a'), newTab('d', request('d')));
    expect([ids(opened), opened.activeId]).toEqual(['a d b c', 'd']);
  });

  test('have history at most once', () => {
    const twice = openTab(activateTab(openTab(abc, viewTabs.history), 'a'), viewTabs.history);
    expect([ids(twice), twice.activeId]).toEqual(['a b c history', 'history']);
  });

  test('hand the focus to the right neighbour when closed, and at the end to the left one', () => {
    expect(closeTab(activateTab(abc, 'b'), 'b').activeId).toBe('c');
    expect(closeTab(abc, 'c').activeId).toBe('b');
    expect(closeTab(abc, 'a').activeId).toBe('c');
    expect(['a', 'b', 'c'].reduce(closeTab, abc)).toMatchObject({ items: [], activeId: undefined });
  });

  test('of a query are on the node that was picked, and ask for the query again', () => {
    const targetQuery = { kind: 'name', pattern: 'web-*' } as const;
    const looking = sessionTab('a', session({ target: '', nodeName: 'name web-*', targetQuery }));
    const picked = sessionTab('a', session({ target: 'i-2', nodeName: 'web-2', targetQuery }));
    expect([nodeOf(looking), nodeRequestOf(looking)]).toEqual([undefined, undefined]);
    expect(nodeOf(picked)).toEqual({ target: 'i-2', nodeName: 'web-2' });
    expect(nodeRequestOf(picked)).toMatchObject({ target: 'i-2' });
    expect(nodeRequestOf(picked)).not.toHaveProperty('targetQuery');
    expect(picked.request).toMatchObject({ targetQuery });
    expect(picked.request).not.toHaveProperty('target');
  });

  test('are remembered when closed, latest last', () => {
    expect(closeTab(closeTab(abc, 'b'), 'a').closed.map(({ target }) => target)).toEqual(['b', 'a']);
    expect(closeTab(openTab(abc, viewTabs.history), 'history').closed).toEqual([]);
  });

  test('are stepped through round the ends', () => {
    expect([stepTab(abc, 1).activeId, stepTab(abc, -1).activeId, stepTab(none, 1).activeId]).toEqual([
      'a',
      'b',
      undefined,
    ]);
  });

  test('move to a place, and not past the ends', () => {
    expect([ids(moveTab(abc, 'c', 0)), ids(moveTab(abc, 'a', 2)), ids(moveTab(abc, 'a', 3))]).toEqual([
      'c a b',
      'b c a',
      'a b c',
    ]);
    expect(moveTab(abc, 'a', -1)).toBe(abc);
  });

  test('lose their mark of activity when they come to the front', () => {
    const marked = changeTab(abc, 'a', { attention: 'bell' });
    expect(activateTab(marked, 'a').items[0]).toMatchObject({ attention: 'none' });
  });

  test('stay the same value when nothing changes, so that no view is drawn', () => {
    expect(changeTab(abc, 'a', { attention: 'none' })).toBe(abc);
    expect(changeTab(abc, 'nobody', { title: 'x' })).toBe(abc);
  });
});

describe('the state of a tab', () => {
  const tab = newTab('a', request('i-1'));
  const linked = { ...tab, link: { kind: 'session', key: 'k1' } as const };
  const ended = (end: Parameters<typeof session>[0]) => tabState(linked, session(end));

  test('is connecting until there is a session', () => {
    expect(tabState(tab, undefined)).toEqual({ kind: 'connecting' });
  });

  test('is that of its session', () => {
    expect(tabState(linked, session())).toEqual({ kind: 'live' });
    const reconnecting = { kind: 'reconnecting', attempt: 2, nextTryAt: 9 } as const;
    expect(tabState(linked, session({ state: reconnecting }))).toBe(reconnecting);
  });

  test('is not-started when main refused, or the service never made a session', () => {
    const error = failure();
    expect(tabState({ ...tab, link: { kind: 'refused', error, at: 7 } }, undefined)).toEqual({
      kind: 'not-started',
      error,
      at: 7,
    });
    const { sessionId: _none, ...unstarted } = session({
      state: { kind: 'ended', end: { kind: 'failed', error }, endedAt: 7 },
    });
    expect(tabState(linked, unstarted)).toEqual({ kind: 'not-started', error, at: 7 });
  });

  test('is ended, with its reason, when there was a session', () => {
    const end = { kind: 'failed', error: failure() } as const;
    expect(ended({ state: { kind: 'ended', end, endedAt: 7 } })).toEqual({ kind: 'ended', end, at: 7 });
  });

  test('is live as long as the service may hold something', () => {
    expect(
      [
        tabState(tab, undefined),
        tabState(linked, session()),
        tabState(linked, session({ state: { kind: 'needs-sign-in', error: failure() } })),
        ended({ state: { kind: 'ended', end: { kind: 'timed-out' }, endedAt: 7 } }),
      ].map(isLive),
    ).toEqual([true, true, true, false]);
  });
});
