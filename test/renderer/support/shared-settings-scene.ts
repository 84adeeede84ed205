import type { SharedProfile, SharedSettings } from '../../../src/shared/shared-settings.ts';

const profile = (name: string, change: Partial<SharedProfile>): SharedProfile => ({
  name,
  kind: 'static',
  needsCode: false,
  runsProgram: false,
  ...change,
});

const sso = (name: string, accountId: string, roleName: string, region: string): SharedProfile =>
  profile(name, { kind: 'sso', accountId, roleName, region, signsInTo: 'acme' });

/** The files of somebody who works in several accounts. */
export const awsFiles: SharedSettings = {
  profiles: [
    profile('default', { region: 'eu-west-1' }),
    sso('acme-prod', '111122223333', 'PlatformOps', 'eu-west-1'),
    sso('acme-staging', '444455556666', 'PlatformOps', 'us-east-1'),
    sso('acme-dev', '777788889999', 'AdministratorAccess', 'eu-central-1'),
    profile('audit', {
      kind: 'role',
      accountId: '111122223333',
      roleName: 'SecurityAudit',
      region: 'eu-west-1',
      signsInTo: 'acme',
      needsCode: true,
    }),
    profile('build', {
      kind: 'web-identity',
      accountId: '777788889999',
      roleName: 'Build',
      region: 'us-east-1',
    }),
    profile('broken-chain', { kind: 'faulty', region: 'eu-west-1' }),
    profile('vault', { kind: 'process', runsProgram: true }),
    profile('settings-only', { kind: 'none' }),
  ],
  problems: [
    {
      file: '/home/ann/.aws/config',
      line: 41,
      profileName: 'broken-chain',
      message: 'The profile broken-chain names the source_profile acme-root, which does not exist.',
      hint: 'Add a profile acme-root, or correct the name.',
    },
    {
      file: '/home/ann/.aws/credentials',
      line: 7,
      message: 'This line is neither a section nor a setting.',
      hint: '',
    },
  ],
};
