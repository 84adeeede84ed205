import { integerMember, parseObject, textMember } from './json-object.ts';

/**
 * The payload of `channel_closed` (protocol notes, section 8.1): JSON from the service when a session has ended. Unlike
 * the header's, `createdDate` is a text here (trap 50). The copy that goes to the agent has no `output`.
 */
export interface ChannelClosed {
  messageId: string;
  createdDate: string;
  destinationId: string;
  sessionId: string;
  schemaVersion: number;
  /** Why it ended, for people; opaque and written by others. Absent or empty for an ordinary end. */
  output?: string;
}

export function encodeChannelClosed(closed: ChannelClosed): Uint8Array {
  return Buffer.from(
    JSON.stringify({
      MessageId: closed.messageId,
      CreatedDate: closed.createdDate,
      DestinationId: closed.destinationId,
      SessionId: closed.sessionId,
      MessageType: 'channel_closed',
      SchemaVersion: closed.schemaVersion,
      ...(closed.output === undefined ? {} : { Output: closed.output }),
    }),
    'utf8',
  );
}

/** Throws a WireError for anything but the JSON described; the session has ended all the same. */
export function decodeChannelClosed(payload: Uint8Array): ChannelClosed {
  const object = parseObject(payload, 'ChannelClosed');
  return {
    messageId: textMember(object, 'MessageId'),
    createdDate: textMember(object, 'CreatedDate'),
    destinationId: textMember(object, 'DestinationId'),
    sessionId: textMember(object, 'SessionId'),
    schemaVersion: integerMember(object, 'SchemaVersion'),
    output: textMember(object, 'Output'),
  };
}
