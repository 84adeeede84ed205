import { loadSharedConfigFiles } from '@smithy/shared-ini-file-loader';

/** Sections of the config file that are no profiles; the loader keeps their prefix in the name. */
const otherSections = ['sso-session.', 'services.'];

/** A name, and what the files say of its Region. */
export interface NamedRegion {
  name: string;
  region?: string;
}

/** Longest name that a saved profile can point at. */
const maxNameLength = 256;

/**
 * Names of all profiles in the shared config and credentials files, `default` first. The files are read anew each time. A
 * file that is missing, unreadable or malformed counts as empty and does not hide the other one.
 */
export async function listSharedProfiles(): Promise<NamedRegion[]> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  const names = new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)]);
  return [...names]
    .filter(
      (name) =>
        name.length > 0 &&
        name.length <= maxNameLength &&
        !otherSections.some((prefix) => name.startsWith(prefix)),
    )
    .sort((a, b) => Number(b === 'default') - Number(a === 'default') || a.localeCompare(b))
    .map((name) => {
      const region = configFile[name]?.['region'] ?? credentialsFile[name]?.['region'];
      return region === undefined ? { name } : { name, region };
    });
}
