import type { AwsCredentialsSource } from './credentials.ts';
import { planDefault, planProfile, stepsOf } from './identity/credentials-plan.ts';
import { IdentityFault } from './identity/identity-fault.ts';
import { readSections } from './settings/read-sections.ts';

/**
 * Whether credentials of a source can be had without asking anybody: a profile with a `credential_process` may open a
 * password prompt, a role with an `mfa_serial` wants a code. A sign-in that has run out asks nobody either; it fails.
 */
export async function needsNobody(
  source: AwsCredentialsSource,
  environment: Record<string, string | undefined>,
): Promise<boolean> {
  if (source.kind === 'environment') return true;
  const sections = await readSections();
  try {
    const plan =
      source.kind === 'shared-profile'
        ? planProfile(source.profileName, sections)
        : planDefault(sections, environment);
    return stepsOf(plan).every(
      (step) => step.kind !== 'process' && !(step.kind === 'role' && step.mfaSerial !== undefined),
    );
  } catch (error) {
    // It fails without asking.
    if (error instanceof IdentityFault) return true;
    throw error;
  }
}
