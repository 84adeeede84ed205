import type { Profile, ProfileInput } from '../../../src/shared/models.ts';
import type { ExternalLab } from '../heavy/support/external-lab.ts';
import { expect, type RunningApp } from './app.ts';

/** What the app's process has to find in its environment to be let in by that lab. */
export const keysOf = ({ accessKeyId, secretAccessKey }: ExternalLab): Record<string, string> => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
});

/** A profile that reaches the lab as it would reach AWS, by endpoint, Region and keys; with its node list read. */
export async function addProfile(
  { call, page }: RunningApp,
  lab: ExternalLab,
  change: Partial<ProfileInput> = {},
): Promise<Profile> {
  const profile = await call('saveProfile', {
    profile: {
      name: 'Staging of Acme',
      environment: 'staging',
      credentials: { kind: 'environment' },
      region: lab.region,
      network: { endpoints: { ssm: lab.endpoint } },
      ...change,
    },
  });
  await call('refreshNodes', { profileId: profile.id });
  // A list that is still read moves what a test is about to click.
  const stateOf = async (): Promise<string | undefined> => {
    const { inventories } = await call('loadWorkspace', undefined);
    return inventories.find(({ head }) => head.profileId === profile.id)?.head.state.kind;
  };
  await expect.poll(stateOf).toBe('ready');
  await page.locator(`[data-testid="node-row"][id*="${profile.id}"]`).first().waitFor();
  return profile;
}
