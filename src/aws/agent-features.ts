import type { SessionDocument } from './session-document.ts';

/** What an agent of some release cannot do: a session that needs it is never heard of, and hangs. */
export interface MissingFeature {
  /** What the session is, e.g. `encrypted sessions`. */
  what: string;
  /** The first release that can. */
  since: string;
}

/** First releases, by the official agent's tags (protocol notes, section 5.6). */
const firstReleases = {
  encryption: { what: 'encrypted sessions', since: '2.3.539.0' },
  interactiveCommands: { what: 'interactive commands', since: '2.3.668.0' },
  ports: { what: 'tunnels', since: '2.3.672.0' },
  remoteHosts: { what: 'tunnels to other hosts', since: '3.1.1188.0' },
  nonInteractiveCommands: { what: 'commands without a terminal', since: '3.0.1124.0' },
} as const satisfies Record<string, MissingFeature>;

/** Undefined where the agent can do it, or where its version says nothing. */
export function missingFeature(
  agentVersion: string,
  { sessionType, hasKmsKey, parameters }: SessionDocument,
): MissingFeature | undefined {
  const needed: MissingFeature[] = [];
  if (hasKmsKey && sessionType !== 'Port') needed.push(firstReleases.encryption);
  if (sessionType === 'InteractiveCommands') needed.push(firstReleases.interactiveCommands);
  if (sessionType === 'NonInteractiveCommands') needed.push(firstReleases.nonInteractiveCommands);
  if (sessionType === 'Port') {
    const isToOthers = parameters.some(({ name }) => name === 'host');
    needed.push(isToOthers ? firstReleases.remoteHosts : firstReleases.ports);
  }
  return needed.find(({ since }) => isOlder(agentVersion, since));
}

/** Of plain versions with four parts; others count as recent. */
function isOlder(version: string, since: string): boolean {
  const [one, other] = [version, since].map((text) => text.split('.').map(Number));
  if (one === undefined || other === undefined || one.length !== 4 || one.some(Number.isNaN)) return false;
  for (const [at, part] of one.entries()) {
    const least = other[at] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}
