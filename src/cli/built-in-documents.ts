import type { SessionType } from '../ssm/wire/handshake.ts';

/** The service's own documents for what has a command of its own here (protocol notes, section 9.1). */
export const builtInDocument = {
  ssh: 'AWS-StartSSHSession',
  forward: 'AWS-StartPortForwardingSession',
  forwardToHost: 'AWS-StartPortForwardingSessionToRemoteHost',
  forwardToSocket: 'AWS-StartPortForwardingSessionToSocket',
  interactive: 'AWS-StartInteractiveCommand',
  nonInteractive: 'AWS-StartNonInteractiveCommand',
} as const;

const types: ReadonlyMap<string, SessionType> = new Map([
  [builtInDocument.ssh, 'Port'],
  [builtInDocument.forward, 'Port'],
  [builtInDocument.forwardToHost, 'Port'],
  [builtInDocument.forwardToSocket, 'Port'],
  [builtInDocument.interactive, 'InteractiveCommands'],
  [builtInDocument.nonInteractive, 'NonInteractiveCommands'],
]);

/** What is known of a session whose document nobody may read, or has read. */
export interface Expectation {
  sessionType: SessionType | undefined;
  handshake: 'none' | 'expected' | 'unknown';
}

/**
 * From the document's name alone, which is enough for the service's own. Whether a shell is encrypted is not: an account sets
 * that for its default document.
 */
export function expectationFromName(documentName: string | undefined): Expectation {
  const sessionType = documentName === undefined ? 'Standard_Stream' : types.get(documentName);
  const hasHandshake = sessionType === 'Port' || sessionType === 'NonInteractiveCommands';
  return { sessionType, handshake: hasHandshake ? 'expected' : 'unknown' };
}
