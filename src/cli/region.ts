import type { NamedRegion } from '../aws/shared-profiles.ts';

export interface RegionSources {
  /** From the command line. */
  option?: string | undefined;
  environment: NodeJS.ProcessEnv;
  profileName?: string | undefined;
  profiles: readonly NamedRegion[];
}

/** The first Region named: option, AWS_REGION, AWS_DEFAULT_REGION, then the profile in use. */
export function chooseRegion({
  option,
  environment,
  profileName,
  profiles,
}: RegionSources): string | undefined {
  const name = profileName ?? (environment['AWS_PROFILE'] || 'default');
  return (
    option ||
    environment['AWS_REGION'] ||
    environment['AWS_DEFAULT_REGION'] ||
    profiles.find((profile) => profile.name === name)?.region
  );
}
