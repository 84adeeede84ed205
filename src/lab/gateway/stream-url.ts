/**
 * The stream URL of a session. `cell-number` is opaque base64 that the service does not percent-encode, so the lab's
 * holds every character that a careless client would change (protocol notes, section 1.2 and trap 19).
 */
const pathPrefix = '/v1/data-channel/';
const query = 'role=publish_subscribe&cell-number=AAEAA+b/cd==';

export function streamUrl(host: string, sessionId: string): string {
  return `ws://${host}${pathPrefix}${sessionId}?${query}`;
}

/** The session that a request line names; `changed` when the rest of it is not what {@link streamUrl} gave out. */
export function parseStreamTarget(target: string): { sessionId: string } | 'not-a-stream' | 'changed' {
  if (!target.startsWith(pathPrefix)) return 'not-a-stream';
  const [sessionId = '', given] = target.slice(pathPrefix.length).split('?', 2);
  if (sessionId === '' || sessionId.includes('/')) return 'not-a-stream';
  return given === query && target.endsWith(query) ? { sessionId } : 'changed';
}
