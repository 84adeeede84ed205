import { accessRefused } from '../../../src/aws/access-refused.ts';
import { accessAnew } from '../../../src/main/approvals/access-errors.ts';
import type { SessionState, SessionSummary } from '../../../src/shared/models.ts';
import { unstarted } from './sign-in-scenes.ts';

const minute = 60_000;

type MakeSession = (key: string, state: SessionState, change?: Partial<SessionSummary>) => SessionSummary;

/** Sessions in each state that an approval has. */
export function accessScene({
  inProduction,
  inStaging,
}: {
  inProduction: MakeSession;
  inStaging: MakeSession;
}): SessionSummary[] {
  const reason = 'INC-2231, disk full';
  const until = Date.now() + 4 * minute + 12_000;
  const since = until - 60 * minute;
  return [
    unstarted(
      inProduction(
        '01',
        {
          kind: 'needs-approval',
          error: {
            code: 'approval-needed',
            attempted: 'Start a session on i-0b77d1e5a0b3c11d0',
            message:
              'The credentials do not allow ssm:StartSession on arn:aws:ec2:eu-west-1:111122223333:instance/i-0b77d1e5a0b3c11d0.',
            hint: 'Where just-in-time node access is on, ask for access, and somebody approves it. Else ask for a policy that allows ssm:StartSession.',
            retryable: false,
            aws: {
              name: 'AccessDeniedException',
              operation: 'StartSession',
              requestId: '1f0c2d8e-55aa',
              httpStatus: 400,
            },
          },
          reason,
        },
        { reason },
      ),
    ),
    unstarted(
      inProduction('02', {
        kind: 'awaiting-approval',
        requestId: 'oi-4c1f0a9be772',
        reason,
        since: Date.now() - 4 * minute,
      }),
    ),
    inStaging(
      '03',
      { kind: 'live' },
      {
        approval: { requestId: 'oi-99ad01c2f3b4', since, until },
        terms: { startedAt: since, idleMinutes: 20 },
        cutOff: { kind: 'approval', at: until },
      },
    ),
    inProduction('04', { kind: 'needs-approval', error: accessAnew('i-0c22f1ab').data }),
    unstarted(
      inProduction('05', {
        kind: 'ended',
        endedAt: Date.now() - minute,
        end: { kind: 'failed', error: accessRefused('i-0d88be21', 'rejected').data },
      }),
    ),
  ];
}
