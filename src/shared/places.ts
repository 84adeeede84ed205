import type { Profile } from './models.ts';

/** Where a node list is read: a profile's credentials in one Region. */
export interface Place {
  id: string;
  profileId: string;
  /** Absent where the AWS settings decide and nobody has looked yet. */
  region?: string | undefined;
}

/**
 * A profile has one list in each of its Regions. The list of the first has the id of the profile alone where the AWS settings
 * name that Region.
 */
export function placesOf({
  id,
  region,
  moreRegions = [],
}: Pick<Profile, 'id' | 'region' | 'moreRegions'>): Place[] {
  const more = [...new Set(moreRegions)].filter((each) => each !== region);
  const first: Place = region === undefined ? { id, profileId: id } : placeIn(id, region);
  return [first, ...more.map((each) => placeIn(id, each))];
}

const placeIn = (profileId: string, region: string): Place => ({
  id: `${profileId} ${region}`,
  profileId,
  region,
});

/** The Region as the profile names it; undefined for a list whose Region the AWS settings name, which it may have learned. */
export const namedRegion = ({ id, profileId, region }: Place): string | undefined =>
  id === profileId ? undefined : region;

/** The profile as it connects to one of its Regions. */
export const inRegion = <P extends Pick<Profile, 'region'>>(profile: P, region: string | undefined): P =>
  region === undefined ? profile : { ...profile, region };
