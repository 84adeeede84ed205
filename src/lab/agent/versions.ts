/**
 * What an agent can do by the release it announces, and how it compares version texts (protocol notes, section 5.6).
 * Release numbers are those of the official agent's tags; a feature is there from its release on.
 */
const firstRelease = {
  handshake: '2.3.539.0',
  interactiveCommands: '2.3.668.0',
  portSessions: '2.3.672.0',
  disconnectFlag: '2.3.714.0',
  terminateFlag: '2.3.756.0',
  shellProfile: '3.0.196.0',
  multiplexing: '3.0.222.0',
  nonInteractiveCommands: '3.0.1124.0',
  remoteHost: '3.1.1188.0',
  /** Multiplexer keepalive off, whatever the client says; until `keepaliveAgain`. */
  noKeepalive: '3.1.1446.0',
  keepaliveAgain: '3.1.1476.0',
  separatedOutput: '3.1.1511.0',
  keepaliveByClient: '3.1.1575.0',
  repeatedAcknowledge: '3.2.1041.0',
  /** Random challenge in the encryption context, and nonces that count. */
  encryptionChallenge: '3.3.808.0',
} as const;

export type AgentFeature = keyof typeof firstRelease;

export function agentHas(agentVersion: string, feature: AgentFeature): boolean {
  return compareVersions(agentVersion, firstRelease[feature]) >= 0;
}

/**
 * The agent's loose order of version texts, negative when `a` comes first: part by part, as numbers where both are,
 * else as text; with all common parts equal the longer one is greater. For plain three-part versions semantic
 * versioning gives the same answer.
 */
export function compareVersions(a: string, b: string): number {
  const partsA = a.split('.');
  const partsB = b.split('.');
  const common = Math.min(partsA.length, partsB.length);
  for (let index = 0; index < common; index += 1) {
    const order = compareParts(partsA[index] ?? '', partsB[index] ?? '');
    if (order !== 0) return order;
  }
  return partsA.length - partsB.length;
}

function compareParts(a: string, b: string): number {
  const areNumbers = /^\d+$/.test(a) && /^\d+$/.test(b);
  if (areNumbers) return Number(a) - Number(b);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Which clients an agent treats in which way, by the ClientVersion of the handshake response. */
export const clientRules = {
  understandsMultiplexing: (clientVersion: string) => compareVersions(clientVersion, '1.1.70') >= 0,
  wantsNoKeepalive: (clientVersion: string) => compareVersions(clientVersion, '1.2.331.0') > 0,
  isTooOldForSeparatedOutput: (clientVersion: string) => compareVersions(clientVersion, '1.2.295') <= 0,
} as const;
