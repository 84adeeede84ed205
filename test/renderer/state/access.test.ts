import { expect, test } from 'vitest';
import { accessSubjects } from '../../../src/renderer/state/access.ts';
import { initialState } from '../../../src/renderer/state/app-state.ts';
import { newTab } from '../../../src/renderer/state/tabs.ts';
import type { SessionState, SessionSummary } from '../../../src/shared/models.ts';

const awaiting: SessionState = {
  kind: 'awaiting-approval',
  requestId: 'oi-1',
  reason: 'disk full',
  since: 0,
};

const session = (key: string, target: string, state: SessionState): SessionSummary => ({
  key,
  profileId: 'p',
  profileName: 'Production',
  environment: 'production',
  region: 'eu-west-1',
  target,
  nodeName: target,
  startedAt: 0,
  state,
});

test('each node that an approval is waited for is named once, whoever waits', () => {
  const sessions = [
    session('live', 'i-0', { kind: 'live' }),
    session('first', 'i-1', awaiting),
    session('second', 'i-1', awaiting),
    session('other', 'i-2', awaiting),
  ];
  const start = initialState(1280);
  const subjects = accessSubjects({
    ...start,
    sessions: Object.fromEntries(sessions.map((one) => [one.key, one])),
    tabs: {
      ...start.tabs,
      items: sessions.map(({ key, target }) => ({
        ...newTab(`tab-${key}`, { profileId: 'p', target }),
        link: { kind: 'session', key },
      })),
    },
  });
  expect(subjects.map(({ key }) => key)).toEqual(['first', 'other']);
});
