import { loadSharedConfigFiles } from '@smithy/shared-ini-file-loader';
import type { AwsCredentialsSource } from './credentials.ts';

/** Profiles that name each other in a circle are the file's fault; the SDK refuses them later. */
const longestChain = 10;

/**
 * Whether credentials of a source can be had without asking anybody: a profile with a `credential_process` may open a
 * password prompt, one with an `mfa_serial` wants a code. A sign-in that has run out asks nobody either; it fails.
 */
export async function needsNobody(
  source: AwsCredentialsSource,
  environment: Record<string, string | undefined>,
): Promise<boolean> {
  if (source.kind === 'environment') return true;
  if (source.kind === 'default-chain' && environment['AWS_ACCESS_KEY_ID']) return true;
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  let name: string | undefined =
    source.kind === 'shared-profile' ? source.profileName : (environment['AWS_PROFILE'] ?? 'default');
  for (let step = 0; name !== undefined && step < longestChain; step += 1) {
    const profile: Record<string, string | undefined> = { ...configFile[name], ...credentialsFile[name] };
    if (profile['credential_process'] !== undefined || profile['mfa_serial'] !== undefined) return false;
    name = profile['source_profile'] === name ? undefined : profile['source_profile'];
  }
  return true;
}
