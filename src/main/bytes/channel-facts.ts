import type { ChannelFacts } from '../../shared/models.ts';
import type { SessionFacts } from '../../ssm/channel/channel-types.ts';

/** Bounds of the contract: what a node says of itself is shown, and is no longer than people read. */
const maxVersionLength = 64;
const maxMessageLength = 2000;

/** What a channel agreed on, for the page. The properties stay behind: they are the agent's affair and the driver's. */
export function toChannelFacts(facts: SessionFacts): ChannelFacts {
  const { sessionType, agentVersion, isEncrypted, customerMessage } = facts;
  return {
    sessionType,
    ...(agentVersion === undefined ? {} : { agentVersion: agentVersion.slice(0, maxVersionLength) }),
    isEncrypted,
    customerMessage: customerMessage.slice(0, maxMessageLength),
  };
}
