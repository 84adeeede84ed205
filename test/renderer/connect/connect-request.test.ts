import { describe, expect, test } from 'vitest';
import {
  connectProblems,
  type DocumentInForm,
  hasProblems,
  requestOf,
} from '../../../src/renderer/connect/connect-request.ts';
import type { ErrorCode } from '../../../src/shared/errors.ts';
import type { DocumentFacts } from '../../../src/shared/document-facts.ts';

const form = { reason: '', documentName: '', texts: {} };
const facts: DocumentFacts = { name: 'Ours', description: '', hasKmsKey: false, parameters: [] };
const ready = (change: Partial<DocumentFacts> = {}): DocumentInForm => ({
  kind: 'ready',
  value: { ...facts, ...change },
});
const failed = (code: ErrorCode): DocumentInForm => ({
  kind: 'failed',
  error: { code, attempted: '', message: 'So it was.', hint: '', retryable: false },
});

describe('nothing is started', () => {
  test('without a reason, where one is required', () => {
    expect(connectProblems(form, ready(), true).reason).toMatch(/required/);
    expect(hasProblems(connectProblems({ ...form, reason: ' \t' }, ready(), true))).toBe(true);
    expect(hasProblems(connectProblems({ ...form, reason: 'INC-1' }, ready(), true))).toBe(false);
  });

  test('with a reason that is longer than the service takes', () => {
    expect(connectProblems({ ...form, reason: 'x'.repeat(257) }, ready(), false).reason).toContain('257');
    expect(connectProblems({ ...form, reason: 'x'.repeat(256) }, ready(), false).reason).toBeUndefined();
  });

  test.each<[string, string, DocumentInForm, RegExp]>([
    ['with a name that is none', 'a b', { kind: 'none' }, /3 to 128/],
    ['with a document that is not there', 'Ours', failed('document-not-found'), /So it was/],
    ['with a document of another type', 'Ours', failed('document-not-session'), /So it was/],
    ['with a document for tunnels', 'Ours', ready({ sessionType: 'Port' }), /Port forwarding/],
  ])('%s', (_name, documentName, document, words) => {
    expect(connectProblems({ ...form, documentName }, document, false).documentName).toMatch(words);
  });
});

describe('it is started all the same', () => {
  test.each<[string, string, DocumentInForm]>([
    ['with a document that may not be read', 'Ours', failed('document-denied')],
    ['with a document that could not be looked at', 'Ours', failed('endpoint-unreachable')],
    ['with a default that is not there yet', '', failed('document-not-found')],
    [
      'with a document that runs a command in a terminal',
      'Ours',
      ready({ sessionType: 'InteractiveCommands' }),
    ],
    ['with a document that does not say what it starts', 'Ours', ready()],
  ])('%s', (_name, documentName, document) => {
    expect(hasProblems(connectProblems({ ...form, documentName }, document, false))).toBe(false);
  });
});

test('what is asked for is what the form says, and nothing of what it was opened with', () => {
  const opened = {
    profileId: 'p',
    target: 'i-1',
    documentName: 'Old',
    reason: 'old',
    parameters: { a: ['1'] },
  };
  expect(requestOf(opened, form, ready(), undefined)).toEqual({ profileId: 'p', target: 'i-1' });
  const document = ready({ parameters: [{ name: 'a', type: 'String', description: '' }] });
  expect(
    requestOf(
      opened,
      { reason: ' INC-1 ', documentName: 'New', texts: { a: '2', b: '3' } },
      document,
      undefined,
    ),
  ).toEqual({
    profileId: 'p',
    target: 'i-1',
    documentName: 'New',
    reason: 'INC-1',
    parameters: { a: ['2'] },
  });
  expect(requestOf(opened, form, failed('document-denied'), { b: ['4'] }).parameters).toEqual({ b: ['4'] });
});
