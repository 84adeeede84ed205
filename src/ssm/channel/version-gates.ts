/**
 * What an agent can do, judged by the version it announces. Both sides decide for themselves and must come to the same
 * answer, or one of them speaks smux and the other does not (protocol notes, section 5.6, traps 30 and 31).
 */

/** Four numbers; the length keeps each of them exact. */
const versionPattern = /^\d{1,15}(\.\d{1,15}){3}$/;

/**
 * The official client's rule: strictly newer, and four plain numbers. Any other version, the empty one among them, is not
 * newer than anything.
 */
export function isNewer(agentVersion: string, constant: string): boolean {
  if (!versionPattern.test(agentVersion)) return false;
  const limits = constant.split('.').map(Number);
  for (const [index, part] of agentVersion.split('.').map(Number).entries()) {
    const limit = limits[index] as number;
    if (part !== limit) return part > limit;
  }
  return false;
}

/** Whether a LocalPortForwarding session is multiplexed with smux; else it carries one connection at a time. */
export const supportsMultiplexing = (agentVersion: string): boolean => isNewer(agentVersion, '3.0.196.0');

/** Whether smux runs without its keepalive. */
export const disablesKeepalive = (agentVersion: string): boolean => isNewer(agentVersion, '3.1.1511.0');

/** Whether a repeat of what the agent has had is acknowledged again; other than the rest, from that release on. */
export const acknowledgesAgain = (agentVersion: string): boolean =>
  agentVersion === '3.2.1041.0' || isNewer(agentVersion, '3.2.1041.0');

/** Whether a one-connection port session ends on Flag TerminateSession; else only the API ends it. */
export const understandsTerminateFlag = (agentVersion: string): boolean => isNewer(agentVersion, '2.3.722.0');
