import { expect, test } from 'vitest';
import { answerCall } from '../../src/main/ipc/answer-call.ts';
import { isAppUrl, pageUrl } from '../../src/main/window/app-url.ts';
import { appError } from './support/fake-service.ts';

const ourPage = { isOurPage: true, url: pageUrl };
const profile = { name: 'P', environment: 'other', credentials: { kind: 'default-chain' } };

test('a call from our page reaches the handler with its parsed request, and its answer comes back', async () => {
  const seen: unknown[] = [];
  const reply = await answerCall(
    'listHistory',
    (request) => {
      seen.push(request);
      return [];
    },
    ourPage,
    { limit: 5 },
    isAppUrl,
  );
  expect([reply, seen]).toEqual([{ ok: true, value: [] }, [{ limit: 5 }]]);
});

test.each([
  ['another window or a frame inside the page', { isOurPage: false, url: pageUrl }],
  ['our window showing something else', { isOurPage: true, url: 'https://example.com/app://nodewharf/' }],
  ['a look-alike host', { isOurPage: true, url: 'app://nodewharf.example/index.html' }],
  ['a frame that has gone', { isOurPage: true, url: '' }],
])('%s is refused before its request is looked at', async (_name, sender) => {
  const reply = await answerCall(
    'clearHistory',
    () => {
      throw new Error('was reached');
    },
    sender,
    { nonsense: true },
    isAppUrl,
  );
  expect(reply).toMatchObject({
    ok: false,
    error: { code: 'access-denied', attempted: 'Clear the history' },
  });
});

test.each([
  ['a missing field', {}],
  ['a field nobody knows', { profile, more: 1 }],
  ['a wrong type', { profile: { ...profile, name: 5 } }],
  ['a value that is not among the choices', { profile: { ...profile, environment: 'moon' } }],
  ['a value that is too long', { profile: { ...profile, name: 'x'.repeat(81) } }],
  ['a script as an endpoint', { profile: { ...profile, endpoint: 'javascript:alert(1)' } }],
  ['nothing', undefined],
])('a request with %s is refused', async (_name, request) => {
  const reply = await answerCall(
    'saveProfile',
    () => {
      throw new Error('was reached');
    },
    ourPage,
    request,
    isAppUrl,
  );
  expect(reply).toMatchObject({ ok: false, error: { code: 'bad-request' } });
});

test('a refusal names the field but not what it held', async () => {
  const reply = await answerCall(
    'writeClipboard',
    () => {},
    ourPage,
    { text: { password: 'hunter2' } },
    isAppUrl,
  );
  expect(JSON.stringify(reply)).toContain('text');
  expect(JSON.stringify(reply)).not.toContain('hunter2');
});

test('an error of ours comes back as it is', async () => {
  const reply = await answerCall(
    'endSession',
    () => Promise.reject(appError('throttled')),
    ourPage,
    { key: 'k' },
    isAppUrl,
  );
  expect(reply).toEqual({ ok: false, error: appError('throttled').data });
});

test('any other error comes back without its text', async () => {
  const reply = await answerCall(
    'endSession',
    () => {
      throw new TypeError('hunter2');
    },
    ourPage,
    { key: 'k' },
    isAppUrl,
  );
  expect(reply).toMatchObject({ ok: false, error: { code: 'internal', attempted: 'End a session' } });
  expect(JSON.stringify(reply)).not.toContain('hunter2');
});
