import type { AppErrorData } from '../../../src/shared/errors.ts';
import type { Profile, SessionSummary } from '../../../src/shared/models.ts';
import type { Workspace } from '../../../src/shared/workspace.ts';

export const signInNeeded: AppErrorData = {
  code: 'sign-in-needed',
  attempted: 'List the managed nodes',
  message: 'The sign-in to acme has run out.',
  hint: 'Sign in where Nodewharf asks for it.',
  retryable: true,
};

export const codeNeeded: AppErrorData = {
  ...signInNeeded,
  message: 'The role asks for a code of your MFA device.',
  hint: 'Give the code where Nodewharf asks for it.',
};

const expired: AppErrorData = {
  code: 'sign-in-needed',
  attempted: 'Sign in',
  message: 'The code was not confirmed in time.',
  hint: 'Start the sign-in again.',
  retryable: true,
};

/** One login for one profile, and a code for another. */
export function signInScene(
  production: Profile,
  staging: Profile,
  hasFailed: boolean,
): Pick<Workspace, 'signIns' | 'credentials'> {
  return {
    signIns: [
      {
        kind: 'sso',
        id: 'sso-session:acme',
        sessionName: 'acme',
        startUrl: 'https://acme.awsapps.com/start',
        region: 'eu-west-1',
        waiting: [
          {
            profileId: production.id,
            profileName: production.name,
            accountId: '111122223333',
            roleName: 'PlatformOps',
          },
          {
            profileId: 'lab',
            profileName: 'Local lab',
            accountId: '444455556666',
            roleName: 'ReadOnly',
          },
        ],
        progress: hasFailed ? { kind: 'failed', error: expired } : { kind: 'needed' },
      },
      {
        kind: 'mfa',
        id: 'mfa',
        serial: 'arn:aws:iam::111122223333:mfa/ann',
        roleArn: 'arn:aws:iam::777788889999:role/teams/OpsAdmin',
        waiting: [{ profileId: staging.id, profileName: staging.name }],
        progress: { kind: 'needed' },
      },
    ],
    credentials: [{ profileId: 'lab', expiresAt: Date.now() + 40 * 60_000, accountId: '111122223333' }],
  };
}

export function unstarted(session: SessionSummary): SessionSummary {
  const { sessionId: _none, ...rest } = session;
  return rest;
}
