import type { NodeIndex } from '../nodes/node-index.ts';
import type { AppState } from '../state/app-state.ts';
import type { TunnelStart } from '../state/dialogs.ts';

/** A first tunnel that needs no account: to a web page on a node of the lab. Undefined while there is none to offer. */
export function createTunnelOffer(
  { profiles, demoPort }: AppState,
  nodes: NodeIndex,
): (TunnelStart & { nodeName: string }) | undefined {
  const lab = profiles.find(({ credentials }) => credentials.kind === 'lab');
  const node = lab === undefined ? undefined : nodes.firstOnline(lab.id);
  if (lab === undefined || node === undefined || demoPort === undefined) return undefined;
  const nodeName = node.name === '' ? node.id : node.name;
  return {
    name: `Web page of ${nodeName}`,
    profileId: lab.id,
    target: node.id,
    nodeName,
    destination: { kind: 'node-port', port: demoPort },
    local: { host: '127.0.0.1', port: 0 },
  };
}
