import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { clientVersion } from '../../src/ssm/client-version.ts';
import { encodeAcknowledgeFrame } from '../../src/ssm/wire/acknowledge.ts';
import { encodeAgentMessage, offsetOf } from '../../src/ssm/wire/agent-message.ts';
import { encodeHandshakeResponse } from '../../src/ssm/wire/handshake.ts';
import { MessageType } from '../../src/ssm/wire/message-type.ts';
import { encodeOpenDataChannel } from '../../src/ssm/wire/open-data-channel.ts';
import { PayloadType } from '../../src/ssm/wire/payload-type.ts';
import { encodeSmuxFrame, SmuxCommand } from '../../src/ssm/wire/smux-frame.ts';
import { block } from './pattern.mjs';
import { FrameReader, frameOf, opcode } from './web-socket.mjs';

/**
 * A client that does only what the far side waits for: it acknowledges what comes with one prepared frame, unchecked, and
 * sends prepared messages. How fast the far side is with it bounds what any client can show.
 */
const nil = '00000000-0000-0000-0000-000000000000';
const acknowledge = frameOf(
  opcode.binary,
  encodeAcknowledgeFrame({
    acknowledgedMessageType: MessageType.output,
    acknowledgedMessageId: nil,
    acknowledgedMessageSequenceNumber: 1_000_000,
    messageId: nil,
    createdDate: Date.now(),
  }),
  true,
);
const payloadBytes = 1024;
const uploadWindow = 2048;
const firstStream = 3;

export class BareLoop {
  bytes = 0;
  /** Milliseconds on the clock of `performance` when the first output came. */
  firstOutputAt;
  openedAt;
  #socket;
  #next = 0;
  #unacknowledged = 0;
  #messages;
  #isUploading = false;
  #onReady = () => {};

  /** `direction`: `down` or `up` of a port, `flood` or `prompt` of a shell. Resolves when data flows. */
  static async open(streamUrl, tokenValue, direction) {
    const loop = new BareLoop();
    await loop.#open(new URL(streamUrl), streamUrl, tokenValue, direction);
    return loop;
  }

  async #open(url, streamUrl, tokenValue, direction) {
    const socket = connect({ port: Number(url.port), host: url.hostname, noDelay: true });
    this.#socket = socket;
    const ready = new Promise((resolve, reject) => {
      this.#onReady = resolve;
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('The far side has closed the connection.')));
    });
    socket.write(
      `GET ${streamUrl.slice(streamUrl.indexOf('/', 6))} HTTP/1.1\r\nHost: ${url.host}\r\nUpgrade: websocket\r\n` +
        `Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    );
    let head = Buffer.alloc(0);
    const reader = new FrameReader();
    const take = (chunk) => {
      let count = 0;
      reader.push(chunk, (code, payload) => {
        if (code === opcode.binary) count += this.#receive(payload, direction);
      });
      if (count > 0) socket.write(Buffer.concat(Array(count).fill(acknowledge)));
      if (this.#isUploading) this.#upload();
    };
    const readHead = (chunk) => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.off('data', readHead).on('data', take);
      this.openedAt = performance.now();
      const text = encodeOpenDataChannel({ requestId: nil, tokenValue, clientId: nil, clientVersion });
      socket.write(frameOf(opcode.text, Buffer.from(text), true));
      if (head.length > end + 4) take(head.subarray(end + 4));
    };
    socket.on('data', readHead);
    socket.on('drain', () => {
      if (this.#isUploading) this.#upload();
    });
    await ready;
  }

  close() {
    this.#isUploading = false;
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }

  /** Answers 1 for what is to be acknowledged. */
  #receive(frame, direction) {
    if (frame[offsetOf.messageType] === 0x61) {
      this.#unacknowledged -= 1;
      return 0;
    }
    if (frame[offsetOf.messageType] !== 0x6f) return 0;
    const type = frame.readUInt32BE(offsetOf.payloadType);
    if (type === PayloadType.output) {
      if (this.firstOutputAt === undefined) {
        this.firstOutputAt = performance.now();
        if (direction === 'flood') this.#send(PayloadType.output, Buffer.from('yes\r'));
      }
      this.bytes += frame.length - offsetOf.payload;
      this.#onReady();
    } else if (type === PayloadType.handshakeRequest) {
      this.#send(
        PayloadType.handshakeResponse,
        encodeHandshakeResponse({
          clientVersion,
          processedClientActions: [
            { actionType: 'SessionType', actionStatus: 1, actionResult: null, error: '' },
          ],
          errors: [],
        }),
      );
    } else if (type === PayloadType.handshakeComplete) this.#begin(direction);
    return 1;
  }

  #begin(direction) {
    this.#send(PayloadType.output, encodeSmuxFrame(SmuxCommand.syn, firstStream));
    const letter = Buffer.from(direction === 'down' ? 'd' : 'u');
    this.#send(PayloadType.output, encodeSmuxFrame(SmuxCommand.psh, firstStream, letter));
    if (direction === 'down') return;
    const stream = encodeSmuxFrame(SmuxCommand.psh, firstStream, block);
    this.#messages = [];
    for (let at = 0; at < stream.length; at += payloadBytes)
      this.#messages.push(this.#message(PayloadType.output, stream.subarray(at, at + payloadBytes)));
    this.#isUploading = true;
    this.#onReady();
    this.#upload();
  }

  #send(payloadType, payload) {
    this.#socket.write(this.#message(payloadType, payload, this.#next));
    this.#next += 1;
  }

  #message(payloadType, payload, sequenceNumber = 0) {
    return frameOf(
      opcode.binary,
      encodeAgentMessage({
        messageType: MessageType.input,
        schemaVersion: 1,
        createdDate: Date.now(),
        sequenceNumber,
        flags: 0n,
        messageId: nil,
        payloadType,
        payload,
      }),
      true,
    );
  }

  #upload() {
    const perWrite = this.#messages.length;
    while (this.#unacknowledged < uploadWindow && this.#socket.writableLength < 1024 * 1024) {
      const copies = Buffer.concat(this.#messages);
      let at = 0;
      for (const message of this.#messages) {
        // Behind the 8 bytes of the WebSocket header, whose mask is zeros.
        copies.writeUInt32BE(this.#next, at + 8 + offsetOf.sequenceNumber + 4);
        this.#next += 1;
        at += message.length;
      }
      this.#unacknowledged += perWrite;
      this.bytes += perWrite * payloadBytes;
      this.#socket.write(copies);
    }
  }
}
