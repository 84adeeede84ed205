import { randomBytes } from 'node:crypto';
import { encodeAcknowledgeFrame } from '../../src/ssm/wire/acknowledge.ts';
import { encodeAgentMessage, offsetOf } from '../../src/ssm/wire/agent-message.ts';
import { MessageType } from '../../src/ssm/wire/message-type.ts';
import { PayloadType } from '../../src/ssm/wire/payload-type.ts';
import { sha256 } from '../../src/ssm/wire/sha256.ts';
import { readUuid } from '../../src/ssm/wire/uuid.ts';
import { frameOf, opcode, writeHeader } from './web-socket.mjs';

/** Largest payload of a stream message, as at the official agent. */
export const payloadBytes = 1024;
const webSocketHeaderBytes = 4;
const messageBytes = webSocketHeaderBytes + offsetOf.payload + payloadBytes;
/** So many messages leave in one write. */
const messagesPerWrite = 64;
/** Sent and not acknowledged. Far above what a client on the same machine leaves open; keeps memory flat. */
const windowMessages = 4096;
/** More than this waiting for the client to read, and nothing is added. */
const socketBytes = 1024 * 1024;

/**
 * The agent's half of a data channel with everything left out that costs time and changes nothing on a path that loses
 * nothing: no resending, no reordering, no sleep. What the client gets is complete, digests included.
 *
 * Bulk data is sent from prepared payloads whose digests are known, so that the far side's own cost is a copy a message.
 */
export class AgentChannel {
  #socket;
  #onInput;
  #next = 0;
  #expected = 0;
  #unacknowledged = 0;
  #acknowledges = [];
  /** Answers the next prepared payload, or undefined when there is nothing to send. */
  #source;
  #template;
  #id = randomBytes(16);

  /** `onInput` is told each message of the client in order: payload type and payload, a view for the time of the call. */
  constructor(socket, onInput) {
    this.#socket = socket;
    this.#onInput = onInput;
    this.#template = Buffer.from(
      encodeAgentMessage({
        messageType: MessageType.output,
        schemaVersion: 1,
        createdDate: Date.now(),
        sequenceNumber: 0,
        flags: 0n,
        messageId: '00000000-0000-0000-0000-000000000000',
        payloadType: PayloadType.output,
        payload: Buffer.alloc(payloadBytes),
      }),
    ).subarray(0, offsetOf.payload);
    socket.on('drain', () => this.pump());
  }

  /** One message of any type, at once. */
  send(payloadType, payload) {
    const message = encodeAgentMessage({
      messageType: MessageType.output,
      schemaVersion: 1,
      createdDate: Date.now(),
      sequenceNumber: this.#next,
      flags: this.#next === 0 ? 1n : 0n,
      messageId: readUuid(randomBytes(16), 0),
      payloadType,
      payload,
    });
    this.#next += 1;
    this.#unacknowledged += 1;
    this.#socket.write(frameOf(opcode.binary, message, false));
  }

  /** From now on sends what `source` gives, as fast as the client reads and acknowledges. */
  stream(source) {
    this.#source = source;
    this.pump();
  }

  pump() {
    while (
      this.#source !== undefined &&
      this.#unacknowledged < windowMessages &&
      this.#socket.writableLength < socketBytes
    ) {
      const block = Buffer.allocUnsafeSlow(messagesPerWrite * messageBytes);
      let at = 0;
      for (let count = 0; count < messagesPerWrite; count += 1) {
        const prepared = this.#source();
        if (prepared === undefined) break;
        at = this.#writeMessage(block, at, prepared);
      }
      if (at === 0) return;
      this.#socket.write(block.subarray(0, at));
    }
  }

  #writeMessage(block, at, { payload, digest }) {
    const start = writeHeader(block, at, opcode.binary, offsetOf.payload + payload.length, false);
    block.set(this.#template, start);
    block.writeUInt32BE(this.#next, start + offsetOf.sequenceNumber + 4);
    block.writeUInt32BE(payload.length, start + offsetOf.payloadLength);
    // Ids differ as they must; that they can be guessed does not matter here.
    this.#id.writeUInt32BE(this.#next, 12);
    block.set(this.#id, start + offsetOf.messageId);
    block.write(digest, start + offsetOf.payloadDigest, 'latin1');
    block.set(payload, start + offsetOf.payload);
    this.#next += 1;
    this.#unacknowledged += 1;
    return start + offsetOf.payload + payload.length;
  }

  /** One binary frame of the client's. */
  receive(frame) {
    // `a` of acknowledge, `i` of input_stream_data; nothing else comes from a client.
    if (frame[offsetOf.messageType] === 0x61) {
      this.#unacknowledged -= 1;
      return;
    }
    const sequenceNumber = frame.readUInt32BE(offsetOf.sequenceNumber + 4);
    this.#acknowledges.push(
      encodeAcknowledgeFrame({
        acknowledgedMessageType: MessageType.input,
        acknowledgedMessageId: readUuid(frame, offsetOf.messageId),
        acknowledgedMessageSequenceNumber: sequenceNumber,
        messageId: readUuid(frame, offsetOf.messageId),
        createdDate: Date.now(),
      }),
    );
    if (sequenceNumber !== this.#expected) return;
    this.#expected += 1;
    // The official client wants the acknowledge of its HandshakeResponse before what follows from it.
    const payloadType = frame.readUInt32BE(offsetOf.payloadType);
    if (payloadType !== PayloadType.output) this.#sendAcknowledges();
    this.#onInput(payloadType, frame.subarray(offsetOf.payload));
  }

  /** All frames of one read have been received: their acknowledges leave in one write. */
  readEnded() {
    this.#sendAcknowledges();
    this.pump();
  }

  #sendAcknowledges() {
    if (this.#acknowledges.length === 0) return;
    let size = 0;
    for (const message of this.#acknowledges) size += message.length + webSocketHeaderBytes;
    const block = Buffer.allocUnsafe(size);
    let at = 0;
    for (const message of this.#acknowledges) {
      at = writeHeader(block, at, opcode.binary, message.length, false);
      block.set(message, at);
      at += message.length;
    }
    this.#acknowledges = [];
    this.#socket.write(block.subarray(0, at));
  }
}

/** A payload with its digest, made once and sent often. */
export function prepare(payload) {
  return { payload, digest: sha256(payload) };
}
