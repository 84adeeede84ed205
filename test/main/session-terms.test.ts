import { describe, expect, test } from 'vitest';
import type { SessionDocument } from '../../src/aws/session-document.ts';
import { preferencesOf, toTerms } from '../../src/main/sessions/session-terms.ts';
import type { SessionPreferences } from '../../src/shared/session-preferences.ts';
import { appError } from './support/fake-service.ts';

const preferences: SessionPreferences = {
  runAs: { kind: 'agent-user' },
  shellProfile: {},
  idleMinutes: 5,
  maxMinutes: 60,
};
const document = (change: Partial<SessionDocument> = {}): SessionDocument => ({
  name: 'Ours',
  description: '',
  hasKmsKey: false,
  parameters: [],
  separatesOutput: false,
  ...change,
});
const account = (answer: () => Promise<SessionDocument>) => ({ readDocument: answer });
const nobody = account(() => Promise.reject(new Error('nobody was to be asked')));

describe('preferences are', () => {
  test('those of the document, where it has any', async () => {
    expect(await preferencesOf({ document: document({ preferences }) }, nobody)).toBe(preferences);
  });

  test('those of the account, where it has none', async () => {
    const answer = document({ name: 'SSM-SessionManagerRunShell', preferences });
    expect(
      await preferencesOf(
        { document: document() },
        account(() => Promise.resolve(answer)),
      ),
    ).toBe(preferences);
  });

  test('none, where the account has none either', async () => {
    const missing = account(() => Promise.reject(appError('document-not-found')));
    expect(await preferencesOf({ document: document() }, missing)).toBe('none');
    expect(await preferencesOf({}, nobody)).toBe('none');
  });

  test('not known, where they may not be read', async () => {
    const denied = account(() => Promise.reject(appError('document-denied')));
    expect(await preferencesOf({ document: document() }, denied)).toBe('unknown');
    expect(await preferencesOf({ warning: 'GetDocument was denied.' }, nobody)).toBe('unknown');
  });
});

test('the longest time is what the service says, else what the document does; the idle limit has a default', () => {
  expect(toTerms(7, preferences, 30)).toEqual({ startedAt: 7, preferences, idleMinutes: 5, maxMinutes: 30 });
  expect(toTerms(7, preferences, undefined)).toMatchObject({ maxMinutes: 60 });
  expect(toTerms(7, 'none', undefined)).toEqual({ startedAt: 7, idleMinutes: 20 });
  expect(toTerms(7, 'unknown', 30)).toEqual({ startedAt: 7, maxMinutes: 30 });
});
