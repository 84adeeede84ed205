import { describe, expect, it } from 'vitest';
import { exitCodeForEnd, exitCodeForError, exitCodeForSignal } from '../../src/cli/exit-code.ts';
import { noticeOfEnd, noticeOfError } from '../../src/cli/notices.ts';
import { chooseRegion } from '../../src/cli/region.ts';
import { SsmError } from '../../src/ssm/ssm-error.ts';

describe('the exit code', () => {
  it('tells an end from a failure, a refusal, a wrong target and a lost connection', () => {
    const closed = { kind: 'closed', message: '', isOutputIncomplete: false } as const;
    expect(exitCodeForEnd(closed)).toBe(0);
    expect(exitCodeForEnd({ ...closed, message: '\n----------ERROR-------\nUnable to start command' })).toBe(
      1,
    );
    expect(exitCodeForEnd({ ...closed, isOutputIncomplete: true })).toBe(1);
    expect(exitCodeForEnd({ kind: 'ended-by-user' })).toBe(0);
    expect(exitCodeForEnd({ kind: 'timed-out' })).toBe(5);
    const failed = (code: SsmError['code']) =>
      exitCodeForEnd({ kind: 'failed', error: new SsmError(code, '') });
    expect(failed('protocol')).toBe(1);
    expect(failed('unauthorised')).toBe(3);
    expect(failed('session-type-unsupported')).toBe(4);
    expect(exitCodeForError('endpoint-insecure')).toBe(2);
    expect(exitCodeForError('credentials-expired')).toBe(3);
    expect(exitCodeForError('access-denied')).toBe(3);
    expect(exitCodeForError('target-not-connected')).toBe(4);
    expect(exitCodeForError('document-not-session')).toBe(4);
    expect(exitCodeForError('throttled')).toBe(1);
  });

  it('of a signal is 128 and its number', () => {
    expect([exitCodeForSignal('SIGTERM'), exitCodeForSignal('SIGHUP'), exitCodeForSignal('SIGINT')]).toEqual([
      143, 129, 130,
    ]);
  });
});

describe('the Region', () => {
  const profiles = [
    { name: 'default', region: 'eu-north-1' },
    { name: 'work', region: 'eu-west-1' },
    { name: 'bare' },
  ];
  const all = { AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-2' };

  it('is the first one named: option, AWS_REGION, AWS_DEFAULT_REGION, profile', () => {
    expect(chooseRegion({ option: 'eu-central-1', environment: all, profileName: 'work', profiles })).toBe(
      'eu-central-1',
    );
    expect(chooseRegion({ environment: all, profileName: 'work', profiles })).toBe('us-east-1');
    expect(chooseRegion({ environment: { ...all, AWS_REGION: '' }, profileName: 'work', profiles })).toBe(
      'us-east-2',
    );
    expect(chooseRegion({ environment: {}, profileName: 'work', profiles })).toBe('eu-west-1');
    expect(chooseRegion({ environment: { AWS_PROFILE: 'work' }, profiles })).toBe('eu-west-1');
    expect(chooseRegion({ environment: {}, profiles })).toBe('eu-north-1');
    expect(chooseRegion({ environment: {}, profileName: 'bare', profiles })).toBeUndefined();
  });
});

describe('a notice', () => {
  it('says what was attempted, what happened, what to try, and the facts for a report', () => {
    expect(
      noticeOfError({
        code: 'throttled',
        attempted: 'Start a session on i-1',
        message: 'The service asked to slow down.',
        hint: 'Wait.',
        retryable: true,
        aws: {
          name: 'ThrottlingException',
          operation: 'StartSession',
          requestId: 'r-1',
          httpStatus: 400,
          attempts: 3,
        },
      }),
    ).toEqual([
      'Start a session on i-1: The service asked to slow down.',
      'Wait.',
      '(ThrottlingException, StartSession, HTTP 400, request r-1, 3 attempts)',
    ]);
  });

  it('of an end takes the words of the far side without what could move the terminal', () => {
    const message = `Bye\u001b[2J\u0007\r\n\u202eevil\u009b31m${'x'.repeat(1000)}`;
    const [line = ''] = noticeOfEnd({ kind: 'closed', message, isOutputIncomplete: false }) ?? [];
    expect(line).toMatch(/^The session has ended: Bye \[2J evil 31mx+$/);
    expect(line.length).toBeLessThan(600);
  });
});
