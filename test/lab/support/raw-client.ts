import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import WebSocket from 'ws';

/**
 * A client written by hand against the recorded frames alone: it takes the official client's own messages out of
 * test/vectors and changes the few fields that must differ. It shares no code with src/ssm, so the lab is also held
 * against bytes that it did not make itself. It is as simple as a client can be: it takes messages in order,
 * acknowledges each, and resends nothing.
 */
interface Recorded {
  label: string;
  hex: string;
}
const recorded = (
  JSON.parse(readFileSync(join(import.meta.dirname, '../../vectors/messages.json'), 'utf8')) as {
    messages: Recorded[];
  }
).messages;

function template(label: string): Buffer {
  const found = recorded.find((message) => message.label === label);
  if (!found) throw new Error(`no recorded message is called ${label}`);
  return Buffer.from(found.hex, 'hex');
}

/** A recorded frame with another number, payload and a fresh id; digest and length follow. */
function remade(frame: Buffer, sequenceNumber: number, payload: Buffer): Buffer {
  const made = Buffer.concat([frame.subarray(0, 120), payload]);
  made.writeBigInt64BE(BigInt(sequenceNumber), 48);
  Buffer.from(randomUUID().replaceAll('-', ''), 'hex').copy(made, 64);
  createHash('sha256').update(payload).digest().copy(made, 80);
  made.writeUInt32BE(payload.length, 116);
  return made;
}

export interface Received {
  type: string;
  sequenceNumber: number;
  flags: number;
  payloadType: number;
  payload: Buffer;
  frame: Buffer;
}

export function readFrame(frame: Buffer): Received {
  return {
    type: frame.toString('latin1', 4, 36).trimEnd(),
    sequenceNumber: Number(frame.readBigInt64BE(48)),
    flags: Number(frame.readBigUInt64BE(56)),
    payloadType: frame.readUInt32BE(112),
    payload: frame.subarray(120),
    frame,
  };
}

export class RawClient {
  readonly received: Received[] = [];
  /** Bytes of output so far. */
  outputLength = 0;
  channelClosed: Record<string, unknown> | undefined;
  closeCode: number | undefined;
  refusal: string | undefined;
  /** Set to false to leave messages without an acknowledge. */
  acknowledges = true;
  readonly #socket: WebSocket;
  #expected: number;
  #early = new Map<number, Buffer>();
  #sent: number;
  #waiters: (() => void)[] = [];
  #parts: Buffer[] = [];
  /** What was to be sent before the socket was open. */
  readonly #unsent: (Buffer | string)[] = [];

  constructor(
    streamUrl: string,
    token: string,
    state = { expected: 0, sent: 0 },
    headers: Record<string, string> = {},
  ) {
    this.#expected = state.expected;
    this.#sent = state.sent;
    this.#socket = new WebSocket(streamUrl, { perMessageDeflate: false, headers });
    this.#socket.on('open', () => {
      for (const data of [openFrame(token), ...this.#unsent.splice(0)]) this.#socket.send(data);
    });
    this.#socket.on('message', (data) => this.#onFrame(data as Buffer));
    this.#socket.on('error', (error) => {
      this.refusal = error.message;
    });
    this.#socket.on('close', (code) => {
      this.closeCode = code;
      this.#wake();
    });
  }

  /** What a next connection of the same session has to go on with. */
  get state(): { expected: number; sent: number } {
    return { expected: this.#expected, sent: this.#sent };
  }

  /** Output payloads in order of their numbers, each once. */
  get output(): Buffer {
    this.#parts = [Buffer.concat(this.#parts)];
    return this.#parts[0] ?? Buffer.alloc(0);
  }

  get text(): string {
    return this.output.toString();
  }

  type(text: string): Buffer {
    const frame = remade(template('input_stream_data Output'), this.#sent, Buffer.from(text));
    this.#sent += 1;
    this.sendRaw(frame);
    return frame;
  }

  size(cols: number, rows: number): void {
    this.sendRaw(
      remade(template('input_stream_data Size'), this.#sent, Buffer.from(JSON.stringify({ cols, rows }))),
    );
    this.#sent += 1;
  }

  sendRaw(data: Buffer | string): void {
    if (this.#socket.readyState === WebSocket.CONNECTING) this.#unsent.push(data);
    else this.#socket.send(data);
  }

  ping(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.once('pong', () => resolve());
      this.#socket.ping('keepalive');
    });
  }

  /** Stops reading from the socket. */
  pauseReading(): void {
    this.#socket.pause();
  }

  resumeReading(): void {
    this.#socket.resume();
  }

  /** Drops the connection without a close frame. */
  drop(): void {
    this.#socket.terminate();
  }

  /** Waits until `condition` holds, looking again after everything that arrives; rejects when the socket closes first. */
  async until(condition: (client: RawClient) => boolean): Promise<void> {
    while (!condition(this)) {
      if (this.closeCode !== undefined)
        throw new Error(`closed with ${this.closeCode} after: ${this.text.slice(-300)}`);
      await new Promise<void>((resolve) => {
        this.#waiters.push(resolve);
      });
    }
  }

  async closed(): Promise<number> {
    while (this.closeCode === undefined) {
      await new Promise<void>((resolve) => {
        this.#waiters.push(resolve);
      });
    }
    return this.closeCode;
  }

  #onFrame(frame: Buffer): void {
    const message = readFrame(frame);
    this.received.push(message);
    if (message.type === 'channel_closed') {
      this.channelClosed = JSON.parse(message.payload.toString()) as Record<string, unknown>;
    }
    if (message.type === 'output_stream_data') this.#onOutput(message);
    this.#wake();
  }

  #onOutput(message: Received): void {
    if (message.sequenceNumber >= this.#expected) this.#early.set(message.sequenceNumber, message.payload);
    for (let next = this.#early.get(this.#expected); next; next = this.#early.get(this.#expected)) {
      this.#parts.push(next);
      this.outputLength += next.length;
      this.#early.delete(this.#expected);
      this.#expected += 1;
    }
    if (this.acknowledges && this.#socket.readyState === WebSocket.OPEN)
      this.#socket.send(acknowledgeOf(message));
  }

  #wake(): void {
    for (const waiter of this.#waiters.splice(0)) waiter();
  }
}

export function acknowledgeOf(message: Received): Buffer {
  const id = message.frame.subarray(64, 80).toString('hex');
  const text = id.slice(16) + id.slice(0, 16);
  const uuid = [
    text.slice(0, 8),
    text.slice(8, 12),
    text.slice(12, 16),
    text.slice(16, 20),
    text.slice(20),
  ].join('-');
  const payload = JSON.stringify({
    AcknowledgedMessageType: 'output_stream_data',
    AcknowledgedMessageId: uuid,
    AcknowledgedMessageSequenceNumber: message.sequenceNumber,
    IsSequentialMessage: true,
  });
  return remade(template('acknowledge from client'), 0, Buffer.from(payload));
}

function openFrame(token: string): string {
  return JSON.stringify({
    MessageSchemaVersion: '1.0',
    RequestId: randomUUID(),
    TokenValue: token,
    ClientId: randomUUID(),
    ClientVersion: '1.2.677.0',
  });
}
