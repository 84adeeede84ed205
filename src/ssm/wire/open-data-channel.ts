import { parseObject, textMember } from './json-object.ts';
import { WireError } from './wire-error.ts';

/**
 * OpenDataChannel, the first frame of every connection and the only text frame a client sends (protocol notes,
 * section 2.1). It carries the token; nothing answers it.
 */
export interface OpenDataChannel {
  /** UUID, new for each connection. */
  requestId: string;
  /** From StartSession or ResumeSession; good for one connection. */
  tokenValue: string;
  /** UUID of the client, the same for the life of the session; agents send the empty text. */
  clientId: string;
  /** Four numbers; absent in frames of agents and of old clients. */
  clientVersion?: string;
}

const messageSchemaVersion = '1.0';

/** The text of the frame, members in the official order. */
export function encodeOpenDataChannel(open: OpenDataChannel): string {
  return JSON.stringify({
    MessageSchemaVersion: messageSchemaVersion,
    RequestId: open.requestId,
    TokenValue: open.tokenValue,
    ClientId: open.clientId,
    ...(open.clientVersion === undefined ? {} : { ClientVersion: open.clientVersion }),
  });
}

/** Throws {@link WireError} for text that is not OpenDataChannel or has no token. */
export function parseOpenDataChannel(text: string): OpenDataChannel {
  const object = parseObject(text, 'OpenDataChannel');
  const version = textMember(object, 'MessageSchemaVersion');
  if (version !== messageSchemaVersion) throw new WireError('out-of-range', 'MessageSchemaVersion');
  const tokenValue = textMember(object, 'TokenValue');
  if (tokenValue === '') throw new WireError('missing', 'TokenValue');
  const clientVersion = textMember(object, 'ClientVersion');
  return {
    requestId: textMember(object, 'RequestId'),
    tokenValue,
    clientId: textMember(object, 'ClientId'),
    ...(clientVersion === '' ? {} : { clientVersion }),
  };
}
