import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { decodeAcknowledgePayload, encodeAcknowledgeFrame } from '../../../../src/ssm/wire/acknowledge.ts';
import { decodeAgentMessage, encodeAgentMessage } from '../../../../src/ssm/wire/agent-message.ts';
import { decodeFlag, encodeFlag } from '../../../../src/ssm/wire/flag.ts';
import { MessageType } from '../../../../src/ssm/wire/message-type.ts';
import { PayloadType } from '../../../../src/ssm/wire/payload-type.ts';
import {
  encodeSmuxFrame,
  maxSmuxPayloadBytes,
  SmuxCommand,
  SmuxDecoder,
  type SmuxFrame,
} from '../../../../src/ssm/wire/smux-frame.ts';
import { countingIds } from '../../support/random.ts';

export interface FarOptions {
  agentVersion?: string;
  properties?: Record<string, unknown>;
  sessionType?: string;
  /** A stream has been opened. Absent: it is kept and nothing happens. */
  onStream?(stream: FarStream): void;
  /** Output of a session that is not multiplexed. */
  onBytes?(bytes: Uint8Array): void;
}

/** One stream of the multiplexer, as the agent has it. */
export class FarStream {
  readonly id: number;
  readonly #far: FarSide;
  readonly received: Uint8Array[] = [];
  receivedBytes = 0;
  isFinished = false;
  hasFinished = false;
  onData: (bytes: Uint8Array) => void = () => {};
  onEnd: () => void = () => {};

  constructor(id: number, far: FarSide) {
    this.id = id;
    this.#far = far;
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += maxSmuxPayloadBytes)
      this.#far.output(
        encodeSmuxFrame(SmuxCommand.psh, this.id, bytes.subarray(at, at + maxSmuxPayloadBytes)),
      );
  }

  /** FIN; the official peer closes both directions. */
  finish(): void {
    if (this.hasFinished) return;
    this.hasFinished = true;
    this.#far.output(encodeSmuxFrame(SmuxCommand.fin, this.id));
  }

  /** The dial has failed: the flag, then FIN. */
  refuse(): void {
    this.#far.flag(3);
    this.finish();
  }

  /** A server that sends everything back, and hangs up when its client does. */
  echo(): void {
    this.onData = (bytes) => this.write(bytes);
    this.onEnd = () => this.finish();
  }

  get farBufferedBytes(): number {
    return this.#far.bufferedBytes;
  }

  get text(): string {
    return Buffer.concat(this.received).toString();
  }

  /** Called by the far side. */
  take({ command, payload }: SmuxFrame): void {
    if (command === SmuxCommand.psh) {
      const copy = Buffer.from(payload);
      if (this.receivedBytes < 64 * 1024) this.received.push(copy);
      this.receivedBytes += copy.length;
      this.onData(copy);
    } else if (command === SmuxCommand.fin) {
      this.isFinished = true;
      this.onEnd();
    }
  }
}

/**
 * A message gateway on a loopback port and the port half of an agent behind it. It acknowledges what comes in order, keeps
 * what it sends until it is acknowledged, and sends that again on the next connection.
 */
export class FarSide {
  readonly options: FarOptions;
  readonly streams = new Map<number, FarStream>();
  readonly flags: number[] = [];
  readonly tokens: string[] = [];
  /** The client has answered the handshake, and HandshakeComplete is on its way: output may follow. */
  isEstablished = false;
  nops = 0;
  bytes = 0;
  /** Output of a session that is not multiplexed, and flags, in order. */
  readonly log: string[] = [];
  #server: WebSocketServer;
  #socket: WebSocket | undefined;
  #sent = 0;
  #expected = 0;
  readonly #unacknowledged = new Map<number, Uint8Array>();
  readonly #newId = countingIds(77);
  readonly #decoder = new SmuxDecoder();
  #waiting: { isTrue: () => boolean; resolve: () => void }[] = [];

  private constructor(server: WebSocketServer, options: FarOptions) {
    this.#server = server;
    this.options = options;
    server.on('connection', (socket: WebSocket) => this.#serve(socket));
  }

  static async listen(options: FarOptions = {}): Promise<FarSide> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await new Promise((resolve) => server.once('listening', resolve));
    return new FarSide(server, options);
  }

  get streamUrl(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `ws://127.0.0.1:${port}/v1/data-channel/session?role=publish_subscribe&cell-number=AAEAA+b/cd==`;
  }

  get isMultiplexed(): boolean {
    const { properties, agentVersion } = this.options;
    return properties === undefined && agentVersion?.startsWith('2.') !== true;
  }

  get unacknowledged(): number {
    return this.#unacknowledged.size;
  }

  get bufferedBytes(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  get socket(): WebSocket {
    if (this.#socket === undefined) throw new Error('No client is connected.');
    return this.#socket;
  }

  #serve(socket: WebSocket): void {
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) this.#receive(data);
      else this.#open(socket, data);
      this.changed();
    });
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
      this.changed();
    });
    socket.on('error', () => {});
  }

  #open(socket: WebSocket, data: Buffer): void {
    this.tokens.push((JSON.parse(data.toString()) as { TokenValue: string }).TokenValue);
    this.#socket = socket;
    for (const frame of this.#unacknowledged.values()) socket.send(frame);
    if (this.tokens.length > 1) return;
    const request = {
      AgentVersion: this.options.agentVersion ?? '3.3.1142.0',
      RequestedClientActions: [
        {
          ActionType: 'SessionType',
          ActionParameters: {
            SessionType: this.options.sessionType ?? 'Port',
            Properties: this.options.properties ?? { portNumber: '80', type: 'LocalPortForwarding' },
          },
        },
      ],
    };
    this.#send(PayloadType.handshakeRequest, Buffer.from(JSON.stringify(request)));
  }

  #receive(data: Buffer): void {
    const message = decodeAgentMessage(data);
    if (message.messageType === MessageType.acknowledge) {
      this.#unacknowledged.delete(
        decodeAcknowledgePayload(message.payload).acknowledgedMessageSequenceNumber,
      );
      return;
    }
    if (message.sequenceNumber > this.#expected) return;
    this.#socket?.send(
      encodeAcknowledgeFrame({
        acknowledgedMessageType: message.messageType,
        acknowledgedMessageId: message.messageId,
        acknowledgedMessageSequenceNumber: message.sequenceNumber,
        messageId: this.#newId(),
        createdDate: 1,
      }),
    );
    if (message.sequenceNumber < this.#expected) return;
    this.#expected += 1;
    this.#process(message.payloadType, message.payload);
  }

  #process(payloadType: number, payload: Uint8Array): void {
    if (payloadType === PayloadType.handshakeResponse) {
      const complete = { HandshakeTimeToComplete: 1, CustomerMessage: '' };
      this.#send(PayloadType.handshakeComplete, Buffer.from(JSON.stringify(complete)));
      this.isEstablished = true;
    } else if (payloadType === PayloadType.flag) {
      this.flags.push(decodeFlag(payload));
      this.log.push(`flag ${decodeFlag(payload)}`);
    } else if (payloadType === PayloadType.output) {
      if (payload.length === 0 || payload.length > 1024) throw new Error('A payload has a wrong length.');
      this.bytes += payload.length;
      if (this.isMultiplexed) this.#decoder.push(payload, (frame) => this.#receiveFrame(frame));
      else {
        this.log.push(Buffer.from(payload).toString());
        this.options.onBytes?.(payload);
      }
    }
  }

  #receiveFrame(frame: SmuxFrame): void {
    if (frame.command === SmuxCommand.nop) this.nops += 1;
    if (frame.command === SmuxCommand.syn) {
      const stream = new FarStream(frame.streamId, this);
      this.streams.set(frame.streamId, stream);
      this.options.onStream?.(stream);
      return;
    }
    const stream = this.streams.get(frame.streamId);
    stream?.take(frame);
    if (stream?.isFinished === true && stream.hasFinished) this.streams.delete(frame.streamId);
  }

  /** Sends output as the agent cuts it. */
  output(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += 1024)
      this.#send(PayloadType.output, bytes.subarray(at, at + 1024));
  }

  flag(flag: number): void {
    this.#send(PayloadType.flag, encodeFlag(flag));
  }

  /** `channel_closed` of the service. */
  closeChannel(message = ''): void {
    const payload = Buffer.from(
      JSON.stringify({
        MessageId: this.#newId(),
        CreatedDate: '2026-11-24',
        DestinationId: 'i-1',
        SessionId: 'session',
        MessageType: 'channel_closed',
        SchemaVersion: 1,
        Output: message,
      }),
    );
    this.#socket?.send(
      encodeAgentMessage({
        messageType: MessageType.channelClosed,
        schemaVersion: 1,
        createdDate: 1,
        sequenceNumber: 0,
        flags: 0n,
        messageId: this.#newId(),
        payloadType: 0,
        payload,
      }),
    );
  }

  #send(payloadType: number, payload: Uint8Array): void {
    const frame = encodeAgentMessage({
      messageType: MessageType.output,
      schemaVersion: 1,
      createdDate: 1,
      sequenceNumber: this.#sent,
      flags: this.#sent === 0 ? 1n : 0n,
      messageId: this.#newId(),
      payloadType,
      payload,
    });
    this.#unacknowledged.set(this.#sent, frame);
    this.#sent += 1;
    this.#socket?.send(frame);
  }

  /** Resolves when `isTrue` holds; looked at whenever something happens here or {@link changed} is called. */
  async until(isTrue: () => boolean): Promise<void> {
    if (isTrue()) return;
    await new Promise<void>((resolve) => this.#waiting.push({ isTrue, resolve }));
  }

  readonly changed = (): void => {
    const done = this.#waiting.filter(({ isTrue }) => isTrue());
    if (done.length === 0) return;
    this.#waiting = this.#waiting.filter((waiting) => !done.includes(waiting));
    for (const { resolve } of done) resolve();
  };

  async close(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
