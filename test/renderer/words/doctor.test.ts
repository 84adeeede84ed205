import { expect, test } from 'vitest';
import { examinationReport, summary } from '../../../src/renderer/words/doctor.ts';
import type { Check, Examination, Verdict } from '../../../src/shared/doctor.ts';

const done = (name: Check['name'], verdict: Verdict, change: object = {}): Check => ({
  name,
  state: { kind: 'done', tookMs: 12.4, finding: { verdict, message: 'So it is.', fix: '', ...change } },
});

test.each<[Examination['progress'], Check[], string]>([
  [
    'running',
    [done('identity', 'good'), { name: 'node', state: { kind: 'running' } }],
    'Looking: 1 of 2 looked at.',
  ],
  ['running', [done('identity', 'bad')], '1 thing stands in the way.'],
  ['finished', [done('identity', 'bad'), done('clock', 'bad')], '2 things stand in the way.'],
  ['finished', [done('identity', 'good')], 'Nothing was found that stands in the way.'],
  [
    'finished',
    [done('clock', 'attention'), done('node', 'unknown')],
    'Nothing was found that stands in the way, but something is worth a look. 1 thing could not be found out.',
  ],
  ['stopped', [done('identity', 'unknown')], 'Stopped before everything was looked at.'],
])('%s, with %j: %s', (progress, checks, text) => {
  expect(summary({ progress, checks }).text).toBe(text);
});

test('the findings are copied as text, without what looks like a secret', () => {
  const report = examinationReport({
    id: 'e',
    profileName: 'Acme',
    region: 'eu-west-1',
    target: 'i-1',
    nodeName: 'web-1',
    startedAt: 0,
    progress: 'finished',
    checks: [
      done('proxy', 'bad', { message: 'Through http://me:hunter2@proxy:3128.', fix: 'Ask for it.' }),
      { name: 'node', state: { kind: 'waiting' } },
    ],
  });
  expect(report).toBe(
    [
      'Why is there no session on web-1 (i-1)?',
      'Profile: Acme, eu-west-1',
      'Document: default of the account',
      'Looked at: 1970-01-01T00:00:00.000Z',
      '1 thing stands in the way.',
      '',
      'Proxy: in the way (12 ms). Through http://(sign-in)@proxy:3128.',
      '  What to do: Ask for it.',
      'Node: not looked at yet',
    ].join('\n'),
  );
});
