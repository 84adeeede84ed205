import { expect, test } from 'vitest';
import { accessRefused } from '../../src/aws/access-refused.ts';
import { accessNews, cutOffNews } from '../../src/main/notifications/news-of-sessions.ts';
import type { SessionSummary } from '../../src/shared/models.ts';

const session: SessionSummary = {
  key: 'k',
  profileId: 'p',
  profileName: 'Production',
  environment: 'production',
  region: 'eu-west-1',
  target: 'i-1',
  nodeName: 'web-1',
  startedAt: 0,
  state: { kind: 'live' },
};
const approval = { requestId: 'oi-1', since: 0, until: 600_000 };

test('an approval is told with the node that it is for', () => {
  expect(accessNews(session, { kind: 'approved', requestId: 'oi-1' })).toEqual({
    key: 'k',
    title: 'Access to web-1 was approved',
    body: 'The session goes on now. Production',
  });
});

test('a refusal is told with its reason', () => {
  const error = accessRefused('i-1', 'rejected').data;
  expect(accessNews(session, { kind: 'refused', requestId: 'oi-1', error })).toEqual({
    key: 'k',
    title: 'No access to web-1',
    body: 'The request for access was rejected. Production',
  });
});

test('the end of an approval is told before it comes, and that the session goes on', () => {
  const near = { ...session, approval, cutOff: { kind: 'approval', at: 600_000 } } as const;
  expect(cutOffNews(near, 300_000)).toMatchObject({
    title: 'The approval for web-1 ends in 5 min',
    body: expect.stringContaining('The session goes on.') as string,
  });
  expect(cutOffNews(session, 300_000)).toBeUndefined();
});

test('a node’s own name is one line of no more than a title has room for', () => {
  const hostile = { ...session, nodeName: `a\u0007b\u202ec\n${'x'.repeat(200)}` };
  expect(accessNews(hostile, { kind: 'approved', requestId: 'oi-1' }).title).toBe(
    `Access to a b c ${'x'.repeat(74)} was approved`,
  );
});
