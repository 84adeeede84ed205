import type { Profile, ProfileInput } from '../../shared/models.ts';
import type { SharedProfile } from '../../shared/shared-settings.ts';
import type { AppState } from '../state/app-state.ts';
import { guessEnvironment } from './guess-environment.ts';

const none: readonly SharedProfile[] = [];

/** Profiles of the AWS files; none while they have not been read. */
export const sharedProfilesOf = ({ sharedSettings }: AppState): readonly SharedProfile[] =>
  sharedSettings.kind === 'ready' ? sharedSettings.value.profiles : none;

/** Those that could give credentials and that no saved profile uses yet. */
export function unusedProfiles(
  shared: readonly SharedProfile[],
  saved: readonly Profile[],
): readonly SharedProfile[] {
  const used = new Set(
    saved.flatMap(({ credentials }) =>
      credentials.kind === 'shared-profile' ? [credentials.profileName] : [],
    ),
  );
  const unused = shared.filter(({ name, kind }) => kind !== 'none' && !used.has(name));
  return unused.length === 0 ? none : unused;
}

/** A saved profile that leaves everything to the one of the AWS files. */
export function profileForShared({ name }: SharedProfile): ProfileInput {
  return {
    name: name.slice(0, 80),
    environment: guessEnvironment(name),
    credentials: { kind: 'shared-profile', profileName: name },
  };
}

/** What a person looks for: a part of the name, the account, the role, the Region or the kind. */
export function fitsText(profile: SharedProfile, kindWord: string, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/);
  const { name, accountId = '', roleName = '', signsInTo = '', region = '' } = profile;
  const all = [name, accountId, roleName, signsInTo, region, kindWord].join(' ').toLowerCase();
  return words.every((word) => all.includes(word));
}
