import WebSocket from 'ws';
import { decodeAcknowledgePayload } from '../src/ssm/wire/acknowledge.ts';
import { decodeAgentMessage } from '../src/ssm/wire/agent-message.ts';
import { MessageType } from '../src/ssm/wire/message-type.ts';

export const sabotages = ['no-reack', 'skip-one', 'repeat-one'] as const;
export type SabotageKind = (typeof sabotages)[number];

/** A fault of our own client on purpose: a run that does not notice it proves nothing. */
export interface Sabotage {
  /** What the traffic is given in place of `bytes`. */
  onDelivered(bytes: Uint8Array): Uint8Array[];
}

/** Late enough that the streams are under way. */
const deliveriesBefore = 200;

export function makeSabotage(kind: SabotageKind | undefined): Sabotage {
  let deliveries = 0;
  if (kind === 'no-reack') acknowledgeEachMessageOnce();
  return {
    onDelivered: (bytes) => {
      deliveries += 1;
      if (deliveries !== deliveriesBefore) return [bytes];
      if (kind === 'skip-one') return [];
      return kind === 'repeat-one' ? [bytes, bytes] : [bytes];
    },
  };
}

/** As the official client does: the answer to a repeated message is nothing. The driver's sockets are these sockets. */
function acknowledgeEachMessageOnce(): void {
  const send = WebSocket.prototype.send as (this: WebSocket, data: unknown, ...rest: unknown[]) => void;
  const answered = new Map<string, Set<number>>();
  WebSocket.prototype.send = function (this: WebSocket, data: unknown, ...rest: unknown[]): void {
    if (data instanceof Uint8Array) {
      const { messageType, payload } = decodeAgentMessage(data);
      if (messageType === MessageType.acknowledge) {
        const numbers = answered.get(this.url) ?? new Set();
        answered.set(this.url, numbers);
        const { acknowledgedMessageSequenceNumber: number } = decodeAcknowledgePayload(payload);
        if (numbers.has(number)) return;
        numbers.add(number);
      }
    }
    send.call(this, data, ...rest);
  };
}
