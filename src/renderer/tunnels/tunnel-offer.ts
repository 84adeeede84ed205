import type { AppState } from '../state/app-state.ts';
import type { TunnelStart } from '../state/dialogs.ts';

/** Where nothing else is known to listen, SSH is the likeliest. */
const examplePort = 22;

/** A first tunnel that needs no account: to a node of the lab. Undefined while the lab has no node to offer. */
export function createTunnelOffer({
  profiles,
  inventories,
}: AppState): (TunnelStart & { nodeName: string }) | undefined {
  const lab = profiles.find(({ credentials }) => credentials.kind === 'lab');
  const node = lab === undefined ? undefined : inventories[lab.id]?.nodes.find(({ online }) => online);
  if (lab === undefined || node === undefined) return undefined;
  return {
    profileId: lab.id,
    target: node.id,
    nodeName: node.name === '' ? node.id : node.name,
    destination: { kind: 'node-port', port: examplePort },
    local: { host: '127.0.0.1', port: 0 },
  };
}
