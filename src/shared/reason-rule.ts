import type { Profile, Settings } from './models.ts';

/** Whether sessions of this profile need a reason. Main refuses them without; the page asks beforehand. */
export function requiresReason(
  profile: Pick<Profile, 'environment' | 'requiresReason'> | undefined,
  settings: Pick<Settings, 'requireReason'>,
): boolean {
  if (profile === undefined) return settings.requireReason === 'always';
  return (
    profile.requiresReason === true ||
    settings.requireReason === 'always' ||
    (settings.requireReason === 'production' && profile.environment === 'production')
  );
}
