import type { App } from '../app.ts';
import type { NodeRequest } from '../state/tabs.ts';
import type { NodeRow } from './row-list.ts';

/** A session on this node as its profile says: document, reason and parameters. */
export function requestFor({ profile, node }: Pick<NodeRow, 'profile' | 'node'>): NodeRequest {
  const { documentName, reason, parameters } = profile;
  return {
    profileId: profile.id,
    target: node.id,
    nodeName: node.name === '' ? node.id : node.name,
    ...(documentName === undefined ? {} : { documentName }),
    ...(reason === undefined ? {} : { reason }),
    ...(parameters === undefined ? {} : { parameters }),
  };
}

/** `ask` opens the form for document, reason and parameters first; an offline node explains itself first. */
export function connectTo(app: App, row: Pick<NodeRow, 'profile' | 'node'>, how: 'now' | 'ask'): void {
  const { workspace, sessions } = app;
  const request = requestFor(row);
  if (!row.node.online) workspace.setDialog({ kind: 'offline', request, node: row.node });
  else if (how === 'ask') workspace.setDialog({ kind: 'connect', request });
  else sessions.open(request);
}
