import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import { encodeAcknowledgePayload } from '../../../src/ssm/wire/acknowledge.ts';
import {
  type AgentMessage,
  decodeAgentMessage,
  encodeAgentMessage,
} from '../../../src/ssm/wire/agent-message.ts';
import { PayloadType } from '../../../src/ssm/wire/payload-type.ts';
import type { Lab } from '../../../src/lab/start-lab.ts';
import { callKms, postFaults, start, type Started } from './lab-caller.ts';

/** What came from the agent, in the order of its numbers, each once. */
export interface Delivered {
  payloadType: number;
  /** Decrypted where the session is. */
  payload: Buffer;
}

/** Long enough that a message that is merely under way is not sent again. */
const resendMs = 300;

/**
 * A client that says what a test tells it to, and nothing else but acknowledges and what it must repeat: for kinds of
 * sessions, handshakes and their errors. It takes messages in order, and sends again what has waited for its acknowledge.
 */
export class ScriptedClient {
  readonly started: Started;
  readonly delivered: Delivered[] = [];
  readonly acknowledged: number[] = [];
  channelClosed: Record<string, unknown> | undefined;
  isClosed = false;
  /** Set to false to leave messages without an acknowledge. */
  acknowledges = true;
  /** The 64 bytes of an encrypted session; set by {@link ScriptedClient.answerHandshake}. */
  dataKey: Buffer | undefined;
  readonly #lab: Lab;
  readonly #socket: WebSocket;
  readonly #early = new Map<number, AgentMessage>();
  #expected = 0;
  #sent = 0;
  readonly #unacknowledged = new Map<number, Uint8Array>();
  readonly #resender: NodeJS.Timeout;
  #waiters: (() => void)[] = [];

  private constructor(lab: Lab, started: Started, socket: WebSocket) {
    this.#lab = lab;
    this.started = started;
    this.#socket = socket;
    socket.on('message', (data) => this.#onFrame(data as Buffer));
    socket.on('error', () => undefined);
    this.#resender = setInterval(() => {
      for (const frame of [...this.#unacknowledged.values()].slice(0, 64)) this.sendFrame(frame);
    }, resendMs);
    socket.on('close', () => {
      clearInterval(this.#resender);
      this.isClosed = true;
      this.#wake();
    });
  }

  /** Starts a session on the lab's first node and opens its data channel, with `fault` in it from the start. */
  static async open(lab: Lab, members: object = {}, fault?: object): Promise<ScriptedClient> {
    const started = await start(lab, members);
    if (fault) await postFaults(lab, { session: started.SessionId, ...fault });
    const socket = new WebSocket(started.StreamUrl, { perMessageDeflate: false });
    const client = new ScriptedClient(lab, started, socket);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    socket.send(
      JSON.stringify({
        MessageSchemaVersion: '1.0',
        RequestId: randomUUID(),
        TokenValue: started.TokenValue,
        ClientId: randomUUID(),
        ClientVersion: '1.2.677.0',
      }),
    );
    return client;
  }

  /** Output and everything else that is text, in order. */
  text(payloadType: number = PayloadType.output): string {
    return Buffer.concat(
      this.delivered.filter((message) => message.payloadType === payloadType).map(({ payload }) => payload),
    ).toString();
  }

  json(payloadType: number): Record<string, unknown> {
    return JSON.parse(this.text(payloadType)) as Record<string, unknown>;
  }

  /** Sends one stream message with the next number and answers the number. */
  send(payloadType: number, payload: Uint8Array | string): number {
    const sequenceNumber = this.#sent;
    this.#sent += 1;
    const frame = this.frame(payloadType, sequenceNumber, payload);
    this.#unacknowledged.set(sequenceNumber, frame);
    this.sendFrame(frame);
    return sequenceNumber;
  }

  /** Output, encrypted where the session is. */
  type(text: Uint8Array | string): number {
    const bytes = Buffer.from(text);
    return this.send(PayloadType.output, this.dataKey ? this.encrypt(bytes) : bytes);
  }

  frame(payloadType: number, sequenceNumber: number, payload: Uint8Array | string): Uint8Array {
    return encodeAgentMessage({
      messageType: 'input_stream_data',
      schemaVersion: 1,
      createdDate: Date.now(),
      sequenceNumber,
      flags: 0n,
      messageId: randomUUID(),
      payloadType,
      payload: Buffer.from(payload),
    });
  }

  sendFrame(frame: Uint8Array, options: { binary?: boolean; fin?: boolean } = {}): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(frame, { binary: true, ...options });
  }

  acknowledge(sequenceNumber: number, messageId: string = randomUUID()): void {
    this.sendFrame(
      encodeAgentMessage({
        messageType: 'acknowledge',
        schemaVersion: 1,
        createdDate: Date.now(),
        sequenceNumber: 0,
        flags: 3n,
        messageId: randomUUID(),
        payloadType: PayloadType.none,
        payload: encodeAcknowledgePayload({
          acknowledgedMessageType: 'output_stream_data',
          acknowledgedMessageId: messageId,
          acknowledgedMessageSequenceNumber: sequenceNumber,
        }),
      }),
    );
  }

  /** Waits for the request and answers it as the official client does; with a key also the challenge. */
  async answerHandshake(
    options: { clientVersion?: string; useChallenge?: boolean; context?: Record<string, string> } = {},
  ): Promise<void> {
    await this.until(() => this.has(PayloadType.handshakeRequest));
    const actions: object[] = [];
    for (const action of this.requestedActions()) {
      const parameters = action['ActionParameters'] as Record<string, string>;
      const isKey = action['ActionType'] === 'KMSEncryption';
      const result = isKey ? await this.#dataKeyResult(parameters, options) : null;
      actions.push({ ActionType: action['ActionType'], ActionStatus: 1, ActionResult: result, Error: '' });
    }
    this.respond(actions, options.clientVersion);
    if (this.dataKey) {
      await this.until(() => this.has(PayloadType.encChallengeRequest));
      const challenge = String(this.json(PayloadType.encChallengeRequest)['Challenge']);
      const plaintext = this.decrypt(Buffer.from(challenge, 'base64'));
      this.send(
        PayloadType.encChallengeResponse,
        JSON.stringify({ Challenge: this.encrypt(plaintext).toString('base64') }),
      );
    }
    await this.until(() => this.has(PayloadType.handshakeComplete));
  }

  requestedActions(): Record<string, unknown>[] {
    return this.json(PayloadType.handshakeRequest)['RequestedClientActions'] as Record<string, unknown>[];
  }

  respond(actions: readonly object[], clientVersion = '1.2.677.0'): number {
    return this.send(
      PayloadType.handshakeResponse,
      JSON.stringify({ ClientVersion: clientVersion, ProcessedClientActions: actions, Errors: null }),
    );
  }

  has(payloadType: number): boolean {
    return this.delivered.some((message) => message.payloadType === payloadType);
  }

  encrypt(plaintext: Uint8Array): Buffer {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.dataKey?.subarray(32) ?? Buffer.alloc(32), nonce);
    return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  }

  decrypt(payload: Uint8Array): Buffer {
    const bytes = Buffer.from(payload);
    const key = this.dataKey?.subarray(0, 32) ?? Buffer.alloc(32);
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
  }

  drop(): void {
    this.#socket.terminate();
  }

  /** Waits until `condition` holds, looking again after everything that arrives; rejects when the socket closes first. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.isClosed)
        throw new Error(`closed after ${JSON.stringify(this.channelClosed)}: ${this.text().slice(-300)}`);
      await this.#next();
    }
  }

  async closed(): Promise<void> {
    while (!this.isClosed) await this.#next();
  }

  async #dataKeyResult(
    parameters: Record<string, string>,
    { useChallenge = false, context = {} }: { useChallenge?: boolean; context?: Record<string, string> },
  ): Promise<object> {
    const answer = await callKms(this.#lab, 'GenerateDataKey', {
      KeyId: parameters['KMSKeyId'],
      NumberOfBytes: 64,
      EncryptionContext: {
        'aws:ssm:SessionId': this.started.SessionId,
        'aws:ssm:TargetId': this.#lab.nodes[0]?.id,
        ...(useChallenge ? { 'aws:ssm:RandomChallenge': parameters['Challenge'] } : {}),
        ...context,
      },
    });
    if (answer.status !== 200) throw new Error(`GenerateDataKey answered ${answer.errorType}`);
    this.dataKey = Buffer.from(String(answer.body['Plaintext']), 'base64');
    return {
      KMSCipherTextKey: answer.body['CiphertextBlob'],
      KMSCipherTextHash: null,
      ...(useChallenge ? { ChallengeAcknowledgement: true } : {}),
    };
  }

  #next(): Promise<void> {
    return new Promise<void>((resolve) => {
      this.#waiters.push(resolve);
    });
  }

  #onFrame(frame: Buffer): void {
    const message = decodeAgentMessage(frame);
    const payload = Buffer.from(message.payload);
    if (message.messageType === 'channel_closed')
      this.channelClosed = JSON.parse(payload.toString()) as Record<string, unknown>;
    if (message.messageType === 'acknowledge') {
      const { AcknowledgedMessageSequenceNumber: number } = JSON.parse(payload.toString()) as {
        AcknowledgedMessageSequenceNumber: number;
      };
      this.acknowledged.push(number);
      this.#unacknowledged.delete(number);
    }
    if (message.messageType === 'output_stream_data') this.#onStreamData(message);
    this.#wake();
  }

  #onStreamData(message: AgentMessage): void {
    if (!this.acknowledges) return;
    this.acknowledge(message.sequenceNumber, message.messageId);
    if (message.sequenceNumber < this.#expected) return;
    this.#early.set(message.sequenceNumber, message);
    for (let next = this.#early.get(this.#expected); next; next = this.#early.get(this.#expected)) {
      this.#early.delete(this.#expected);
      this.#expected += 1;
      const isEncrypted =
        this.dataKey !== undefined &&
        ([PayloadType.output, PayloadType.stdErr, PayloadType.exitCode] as number[]).includes(
          next.payloadType,
        );
      this.delivered.push({
        payloadType: next.payloadType,
        payload: isEncrypted ? this.decrypt(next.payload) : Buffer.from(next.payload),
      });
    }
  }

  #wake(): void {
    for (const waiter of this.#waiters.splice(0)) waiter();
  }
}
