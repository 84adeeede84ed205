import { decodeFlag, Flag } from '../../../ssm/wire/flag.ts';
import { WireError } from '../../../ssm/wire/wire-error.ts';
import type { SessionRecord } from '../../session-record.ts';
import { agentHas } from '../versions.ts';

/** Flags mean what they say from the agent's release on that knows them; to older ones they mean nothing. */
export function isTerminateFlag({ node }: SessionRecord, payload: Uint8Array): boolean {
  return readFlag(payload) === Flag.terminateSession && agentHas(node.agentVersion, 'terminateFlag');
}

export function isDisconnectFlag({ node }: SessionRecord, payload: Uint8Array): boolean {
  return readFlag(payload) === Flag.disconnectToPort && agentHas(node.agentVersion, 'disconnectFlag');
}

function readFlag(payload: Uint8Array): number | undefined {
  try {
    return decodeFlag(payload);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
