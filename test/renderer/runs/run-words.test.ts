import { expect, test } from 'vitest';
import { isTooOldForCommands } from '../../../src/renderer/runs/agent-age.ts';
import { runWords } from '../../../src/renderer/runs/run-words.ts';
import type { CommandRun } from '../../../src/shared/commands.ts';

const run: CommandRun = {
  key: 'k',
  profileId: 'p',
  profileName: 'Production',
  environment: 'production',
  region: 'eu-west-1',
  target: 'i-1',
  nodeName: 'web-1',
  sessionId: 's',
  startedAt: 0,
  command: 'uptime',
  state: { kind: 'live' },
  streams: 'separate',
  isCancelling: false,
  stdout: { total: 0, dropped: 0 },
  stderr: { total: 0, dropped: 0 },
};
const channel = {
  sessionType: 'NonInteractiveCommands',
  isEncrypted: false,
  customerMessage: '',
} as const;
const ended = { kind: 'ended', end: { kind: 'closed', message: '' }, endedAt: 1 } as const;

test('a command runs from the answer of its agent on, and its end is its exit code', () => {
  const words = [
    run,
    { ...run, channel },
    { ...run, channel, isCancelling: true },
    { ...run, channel, state: ended, exitCode: 0 },
    { ...run, channel, state: ended, exitCode: 3 },
    { ...run, channel, state: ended, exitCode: -1 },
    { ...run, channel, state: ended },
    { ...run, channel, state: ended, isCancelling: true },
  ].map((known) => runWords(known).word);
  expect(words).toEqual([
    'starting',
    'running',
    'cancelling',
    'exit 0',
    'exit 3',
    'ended by a signal',
    'ended',
    'cancelled',
  ]);
});

test('an agent that has never heard of commands is known by its version', () => {
  const versions = [
    '2.3.1205.0',
    '3.0.1123.9',
    '3.0.1124.0',
    '3.3.1142.0',
    '10.0.0.0',
    '',
    'unknown',
    undefined,
  ];
  expect(versions.map(isTooOldForCommands)).toEqual([true, true, false, false, false, false, false, false]);
});
