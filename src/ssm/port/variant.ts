import type { SessionFacts } from '../channel/channel-types.ts';
import { supportsMultiplexing } from '../channel/version-gates.ts';

/** How a port session carries its bytes (protocol notes, section 6.4). */
export type PortVariant =
  /** Many connections at once, each a smux stream. */
  | 'multiplexed'
  /** One connection at a time, its bytes as they are. */
  | 'basic'
  /** One connection for the life of the session, its bytes as they are; SSH. */
  | 'stream';

/** The agent decides by our ClientVersion, we by its AgentVersion; see `version-gates.ts` for why both must agree. */
export function choosePortVariant(facts: SessionFacts): PortVariant {
  if (portProperty(facts.properties, 'type') !== 'LocalPortForwarding') return 'stream';
  return supportsMultiplexing(facts.agentVersion ?? '') ? 'multiplexed' : 'basic';
}

/**
 * A property of the session document that is text. The official client reads their names whatever the case, `portNumber`
 * and `PortNumber` alike; the name written exactly so wins.
 */
export function portProperty(
  properties: Readonly<Record<string, unknown>>,
  name: string,
): string | undefined {
  const exact = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (typeof exact === 'string') return exact;
  const wanted = name.toLowerCase();
  for (const [key, value] of Object.entries(properties))
    if (typeof value === 'string' && key.toLowerCase() === wanted) return value;
  return undefined;
}
