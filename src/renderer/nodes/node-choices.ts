import type { Profile } from '../../shared/models.ts';
import type { AppState } from '../state/app-state.ts';
import type { NodeChoice } from '../state/commands.ts';
import { remoteText } from '../words/remote-text.ts';
import { findNodes } from './find-nodes.ts';
import type { NodeIndex } from './node-index.ts';
import { parseQuery } from './query.ts';

/** A node that may be chosen, as a list shows it. */
export interface OfferedNode {
  readonly choice: NodeChoice;
  readonly profile: Profile;
  readonly name: string;
  /** Undefined for an id that was typed: no node list has it. */
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
          online: node.online,
        },
      ];
    },
  );
  const id = text.trim();
  if (found.length > 0 || !idPattern.test(id)) return found;
  return profiles.map((profile) => ({
    choice: { profileId: profile.id, target: id },
    profile,
    name: id,
    online: undefined,
  }));
}

export const choiceName = ({ nodeName = '', target }: NodeChoice): string =>
  remoteText(nodeName, 120) || target;
