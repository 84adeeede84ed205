import type { Profile } from '../../shared/models.ts';
import { isContainerTarget } from '../../shared/targets.ts';
import type { TargetChoice } from '../../shared/target-query.ts';
import type { App } from '../app.ts';
import type { NodeRequest, OpenRequest } from '../state/tabs.ts';
import { queryText } from '../words/queries.ts';
import type { NodeRow } from './row-list.ts';

/**
 * A session on this node as its profile says: document, reason and parameters. A profile's document is for its nodes: a container
 * gets a shell by ECS Exec.
 */
export function requestFor({ profile, node }: Pick<NodeRow, 'profile' | 'node'>): NodeRequest {
  const { documentName, reason, parameters } =
    node.container === undefined ? profile : { ...profile, documentName: undefined, parameters: undefined };
  return {
    profileId: profile.id,
    target: node.id,
    nodeName: node.name === '' ? node.id : node.name,
    ...(documentName === undefined ? {} : { documentName }),
    ...(reason === undefined ? {} : { reason }),
    ...(parameters === undefined ? {} : { parameters }),
  };
}

/** A session where the profile's target leads: its node, or any member of its query. Undefined where it names neither. */
export function requestForTarget(profile: Profile): OpenRequest | undefined {
  const { id, target, targetQuery, reason } = profile;
  const leadsToContainer = targetQuery?.kind === 'ecs-service' || isContainerTarget(target ?? '');
  const { documentName, parameters } = leadsToContainer
    ? { documentName: undefined, parameters: undefined }
    : profile;
  if (target === undefined && targetQuery === undefined) return undefined;
  return {
    profileId: id,
    ...(target === undefined ? {} : { target }),
    ...(targetQuery === undefined ? {} : { targetQuery }),
    ...(documentName === undefined ? {} : { documentName }),
    ...(reason === undefined ? {} : { reason }),
    ...(parameters === undefined ? {} : { parameters }),
  };
}

/** `Connect to any of Role=web`, `Connect to i-0123`. */
export const connectWords = ({ target, targetQuery }: TargetChoice): string =>
  `Connect to ${targetQuery === undefined ? (target ?? '') : `any of ${queryText(targetQuery)}`}`;

/** `ask` opens the form for document, reason and parameters first; an offline node explains itself first. */
export function connectTo(app: App, row: Pick<NodeRow, 'profile' | 'node'>, how: 'now' | 'ask'): void {
  const { workspace, sessions } = app;
  const request = requestFor(row);
  if (!row.node.online) workspace.setDialog({ kind: 'offline', request, node: row.node });
  else if (how === 'ask') workspace.setDialog({ kind: 'connect', request });
  else sessions.open(request);
}
