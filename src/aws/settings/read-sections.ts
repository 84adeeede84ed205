import { loadSharedConfigFiles } from '@smithy/shared-ini-file-loader';
import type { Section, SettingsSections } from '../identity/credentials-plan.ts';

/** The loader keeps the kind of a section that is no profile in its name. */
const ssoSessionPrefix = 'sso-session.';
const servicesPrefix = 'services.';
/** Written so in the credentials file it is no profile to anybody else. */
const misplacedPrefix = 'profile.';

/**
 * The shared config and credentials files, read anew by the SDK's loader. A file that is missing, unreadable or malformed as
 * a whole counts as empty and does not hide the other one.
 */
export async function readSections(): Promise<SettingsSections> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  const isProfile = (name: string): boolean =>
    name !== '' &&
    ![ssoSessionPrefix, servicesPrefix, misplacedPrefix].some((prefix) => name.startsWith(prefix));
  const profiles: Record<string, Section> = {};
  for (const name of new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)])) {
    if (isProfile(name)) profiles[name] = { ...configFile[name], ...credentialsFile[name] };
  }
  return {
    profiles,
    credentials: credentialsFile,
    ssoSessions: withPrefix(configFile, ssoSessionPrefix),
    services: withPrefix(configFile, servicesPrefix),
  };
}

function withPrefix(sections: Readonly<Record<string, Section>>, prefix: string): Record<string, Section> {
  return Object.fromEntries(
    Object.entries(sections).flatMap(([name, section]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), section]] : [],
    ),
  );
}
