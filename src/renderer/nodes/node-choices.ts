import type { Profile, SessionFacts } from '../../shared/models.ts';
import { parseContainerTarget } from '../../shared/targets.ts';
import type { AppState } from '../state/app-state.ts';
import type { NodeChoice } from '../state/commands.ts';
import { placeOfContainer } from '../words/containers.ts';
import { queryText } from '../words/queries.ts';
import { remoteText } from '../words/remote-text.ts';
import { findNodes } from './find-nodes.ts';
import type { NodeIndex } from './node-index.ts';
import { parseQuery } from './query.ts';

/** A node that may be chosen, as a list shows it. */
export interface OfferedNode {
  /** The node's id; of a container its cluster and task, of a query nothing. */
  readonly place: string;
  readonly choice: NodeChoice;
  readonly profile: Profile;
  readonly name: string;
  /** Undefined for an id that was typed, which no node list has, and for a query. */
  readonly online: boolean | undefined;
}

/** More than this nobody reads: another letter is quicker. */
const offeredLimit = 40;

/** An id whole enough to be meant, for profiles that may not list their nodes. */
const idPattern = /^(i|mi)-[0-9a-f]{8,17}$/;

/** What fits the text: nodes of all profiles, then the typed id itself where no list has it. */
export function offeredNodes(
  index: NodeIndex,
  state: Pick<AppState, 'profiles' | 'favourites' | 'recents'>,
  text: string,
): OfferedNode[] {
  const { profiles } = state;
  const found = findNodes(index, state, parseQuery(text), offeredLimit).flatMap(
    ({ place, node }): OfferedNode[] => {
      const profile = profiles.find(({ id }) => id === place.profileId);
      if (profile === undefined) return [];
      return [
        {
          choice: { profileId: profile.id, target: node.id, nodeName: node.name || node.id },
          profile,
          name: remoteText(node.name) || node.id,
          place: node.container === undefined ? node.id : remoteText(placeOfContainer(node.container), 120),
          online: node.online,
        },
      ];
    },
  );
  const id = text.trim();
  const queries = offeredQueries(profiles, text);
  const isWhole = idPattern.test(id) || parseContainerTarget(id) !== undefined;
  if (queries.length + found.length > 0 || !isWhole) return [...queries, ...found];
  return profiles.map((profile) => ({
    choice: { profileId: profile.id, target: id },
    profile,
    name: id,
    place: id,
    online: undefined,
  }));
}

/** The queries of profiles that hold the text, before the nodes: they are few, and made to be used. */
const offeredQueries = (profiles: readonly Profile[], text: string): OfferedNode[] =>
  profiles.flatMap((profile) => {
    const { id, targetQuery } = profile;
    if (targetQuery === undefined) return [];
    const name = `any of ${queryText(targetQuery)}`;
    const fits = `${name} ${profile.name}`.toLowerCase().includes(text.trim().toLowerCase());
    return fits
      ? [{ place: '', choice: { profileId: id, targetQuery }, profile, name, online: undefined }]
      : [];
  });

export const choiceName = ({ nodeName = '', target = '', targetQuery }: NodeChoice): string =>
  targetQuery === undefined ? remoteText(nodeName, 120) || target : `any of ${queryText(targetQuery)}`;

/** Where a session was to go: its query, which may pick another node now, or its node. */
export const placeOf = ({
  profileId,
  target,
  targetQuery,
  nodeName,
}: Pick<SessionFacts, 'profileId' | 'target' | 'targetQuery' | 'nodeName'>): NodeChoice =>
  targetQuery === undefined ? { profileId, target, nodeName } : { profileId, targetQuery };
