import { Channel } from '../../../src/ssm/channel/channel.ts';
import type { ChannelEffect, ChannelInput } from '../../../src/ssm/channel/channel-types.ts';
import { Incoming } from '../../../src/ssm/channel/incoming.ts';
import { defaultLimits } from '../../../src/ssm/channel/limits.ts';
import { Outgoing } from '../../../src/ssm/channel/outgoing.ts';
import { type ChannelOptions, channelParts } from '../../../src/ssm/channel/channel-options.ts';
import type { Handshake, HandshakeOptions } from '../../../src/ssm/channel/handshake.ts';
import { encodeAgentMessage } from '../../../src/ssm/wire/agent-message.ts';
import { MessageType } from '../../../src/ssm/wire/message-type.ts';
import { parseOpenDataChannel } from '../../../src/ssm/wire/open-data-channel.ts';
import { AgentModel } from './agent-model.ts';
import { dataKey } from './handshakes.ts';
import { HandshakingStage } from './handshaking-stage.ts';
import { countingIds, countingNonces, seededRandom } from './random.ts';
import { Timeline } from './timeline.ts';

/** Broken pieces to be put in place of the real ones. */
export interface Mutation {
  makeHandshake?(options: HandshakeOptions): Handshake;
  handshake?: ChannelOptions['handshake'];
  makeOutgoing?(limit: number, byteLimit: number): Outgoing;
  makeIncoming?(limit: number, byteLimit: number): Incoming;
  /** Told after each send of the client whether the connection took the frame. */
  onSent?(outgoing: Outgoing, frame: Uint8Array, wasTaken: boolean): void;
}

/** Messages that each side sends at least, beside acknowledges and repeats. */
const messagesEachWay = 100;
/** Virtual time without an end after which a session counts as stalled, in ms; a right one takes a few minutes at most. */
const stallMs = 30 * 60_000;

/**
 * `encrypted`: with a handshake, a data key and a challenge; its agent is not ready at once. `old`: a plain shell of an
 * agent that does not acknowledge repeats.
 */
export type SessionKind = 'plain' | 'encrypted' | 'old';

/**
 * One session over a link that loses, repeats, delays and cuts, all of it decided by `seed`. Throws, with the seed, unless
 * in the end every byte has arrived in order and once on both sides and nothing is left in any buffer.
 */
export function runLossySession(seed: number, kind: SessionKind = 'plain', mutation: Mutation = {}): void {
  try {
    new LossySession(seed, kind, mutation).run();
  } catch (error) {
    throw new Error(`Seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

class LossySession {
  readonly #random: () => number;
  readonly #timeline = new Timeline();
  readonly #agent: AgentModel;
  readonly #channel: Channel;
  readonly #outgoing: Outgoing;
  readonly #incoming: Incoming;
  readonly #incomingLimit: number;
  readonly #mutation: Mutation;

  readonly #lossRate: number;
  readonly #repeatRate: number;
  readonly #reorderRate: number;

  /** The socket that the client has; bytes of an earlier one are lost with it. */
  #connection = 0;
  /** The gateway's end of that socket is there. */
  #isLinked = false;
  /** The agent's socket is there. */
  #isAgentLinked = true;
  #token = 'token-0';
  #tokensIssued = 0;
  #timerAt = Number.POSITIVE_INFINITY;

  readonly #delivered: Uint8Array[] = [];
  #deliveredBytes = 0;
  readonly #output: Uint8Array[] = [];
  #outputBytes = 0;
  readonly #input: Uint8Array[] = [];
  #inputBytes = 0;
  #producersLeft = 0;
  #cutsLeft = 0;

  readonly #kind: SessionKind;
  #keysAsked = 0;
  #timesEstablished = 0;

  constructor(seed: number, kind: SessionKind, mutation: Mutation) {
    this.#kind = kind;
    this.#random = seededRandom(seed);
    this.#mutation = mutation;
    this.#lossRate = this.#random() * 0.2;
    this.#repeatRate = this.#random() * 0.1;
    this.#reorderRate = this.#random() * 0.2;
    const newMessageId = countingIds(seed);
    this.#agent = new AgentModel(
      (frame) => this.#fromAgent(frame),
      newMessageId,
      this.#oneOf([8, 100, 100_000]),
    );
    this.#incomingLimit = this.#oneOf([8, 100, 10_000]);
    const limits = {
      ...defaultLimits,
      incomingMessages: this.#incomingLimit,
      outgoingMessages: this.#oneOf([8, 100, 10_000]),
      burstBytes: this.#oneOf([1, 4096, defaultLimits.burstBytes]),
    };
    this.#outgoing =
      mutation.makeOutgoing?.(limits.outgoingMessages, limits.outgoingBytes) ??
      new Outgoing(limits.outgoingMessages, limits.outgoingBytes);
    this.#incoming =
      mutation.makeIncoming?.(limits.incomingMessages, limits.incomingBytes) ??
      new Incoming(limits.incomingMessages, limits.incomingBytes);
    this.#channel = new Channel(
      {
        tokenValue: this.#token,
        streamUrl: 'wss://gateway.example/v1/data-channel/session',
        clientId: '11111111-2222-4333-8444-555555555555',
        size: { cols: 80, rows: 24 },
        sessionId: 'session',
        target: 'i-0123456789abcdef0',
        handshake: mutation.handshake ?? handshakeOf(kind, seed),
        newMessageId,
        newNonce: countingNonces(),
        random: this.#random,
        limits,
      },
      {
        makeOutgoing: () => this.#outgoing,
        makeIncoming: () => this.#incoming,
        makeHandshake: mutation.makeHandshake ?? channelParts.makeHandshake,
      },
    );
  }

  run(): void {
    this.#plan();
    if (this.#kind === 'old') this.#agent.acknowledgesAgain = false;
    if (this.#kind === 'encrypted') HandshakingStage.begin(this.#agent, this.#random, this.#timeline);
    this.#give({ kind: 'start' });
    while (!this.#isDone) {
      if (!this.#timeline.step() || this.#timeline.now > stallMs)
        throw new Error(`Stalled: ${this.#situation}.`);
      if (this.#incoming.heldCount > this.#incomingLimit)
        throw new Error('The reorder buffer exceeds its bound.');
    }
    this.#check();
  }

  #oneOf<T>(values: readonly T[]): T {
    return values[Math.floor(this.#random() * values.length)] as T;
  }

  /** Who says what and when, and what befalls the connections meanwhile. */
  #plan(): void {
    this.#repeat(messagesEachWay + Math.floor(this.#random() * 20), () => this.#printSomething());
    this.#repeat(messagesEachWay + Math.floor(this.#random() * 20), () => this.#typeSomething());
    const cuts = 1 + Math.floor(this.#random() * 3);
    this.#cutsLeft = cuts;
    for (let count = 0; count < cuts; count += 1) this.#timeline.at(this.#random() * 2000, () => this.#cut());
    if (this.#random() < 0.5) this.#timeline.at(this.#random() * 2000, () => this.#loseAgent());
    const tick = (): void => {
      this.#agent.tick(this.#timeline.now);
      this.#timeline.after(100, tick);
    };
    this.#timeline.at(100, tick);
  }

  /** Does `action` that often: in bursts with pauses, over about two seconds. */
  #repeat(count: number, action: () => void): void {
    this.#producersLeft += count;
    let at = 0;
    for (let index = 0; index < count; index += 1) {
      at += this.#random() < 0.7 ? 0 : this.#random() * 130;
      this.#timeline.at(at, () => {
        this.#producersLeft -= 1;
        action();
      });
    }
  }

  #someBytes(): Uint8Array {
    const length =
      this.#random() < 0.02 ? 1 + Math.floor(this.#random() * 3000) : 1 + Math.floor(this.#random() * 12);
    return Uint8Array.from({ length }, () => this.#random() * 256);
  }

  #printSomething(): void {
    const bytes = this.#someBytes().subarray(0, 1024);
    this.#output.push(bytes);
    this.#outputBytes += bytes.length;
    this.#agent.print(bytes, this.#timeline.now);
  }

  #typeSomething(): void {
    const bytes = this.#someBytes();
    this.#input.push(bytes);
    this.#inputBytes += bytes.length;
    this.#give({ kind: 'write', bytes });
  }

  get #isDone(): boolean {
    const isDone =
      this.#producersLeft === 0 &&
      this.#cutsLeft === 0 &&
      this.#deliveredBytes >= this.#outputBytes &&
      this.#agent.receivedBytes >= this.#inputBytes &&
      this.#agent.unacknowledged === 0 &&
      this.#outgoing.size === 0;
    // What shows an old agent's mind is that it acknowledges what comes later: type on while something waits.
    if (this.#kind === 'old' && !isDone && this.#producersLeft === 0) {
      this.#producersLeft += 1;
      this.#timeline.after(500, () => {
        this.#producersLeft -= 1;
        if (this.#outgoing.size > 0) this.#typeSomething();
      });
    }
    // What was typed while there was no connection may have shared messages: type on until there were enough.
    if (isDone && this.#outgoing.nextSequenceNumber < messagesEachWay) {
      this.#repeat(1, () => this.#typeSomething());
      return false;
    }
    return isDone;
  }

  get #situation(): string {
    return (
      `${this.#deliveredBytes} of ${this.#outputBytes} bytes printed, ${this.#agent.receivedBytes} of ${this.#inputBytes} typed, ` +
      `${this.#agent.unacknowledged} and ${this.#outgoing.size} messages unacknowledged`
    );
  }

  #check(): void {
    if (!Buffer.concat(this.#delivered).equals(Buffer.concat(this.#output)))
      throw new Error('The output differs.');
    if (!Buffer.concat(this.#agent.received).equals(Buffer.concat(this.#input)))
      throw new Error('The input differs.');
    if (this.#incoming.heldCount !== 0) throw new Error('Messages are left in the reorder buffer.');
    if (this.#agent.sizes.length === 0) throw new Error('The size never arrived.');
    if (this.#timesEstablished !== 1) throw new Error('The session was not established once.');
  }

  // The client.

  #give(input: ChannelInput): void {
    for (const effect of this.#channel.handle(input, this.#timeline.now)) this.#carryOut(effect);
    const at = this.#channel.nextTimerAt() ?? Number.POSITIVE_INFINITY;
    if (at >= this.#timerAt) return;
    this.#timerAt = at;
    this.#timeline.at(at, () => {
      if (this.#timerAt > this.#timeline.now) return;
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.#give({ kind: 'timer' });
    });
  }

  #carryOut(effect: ChannelEffect): void {
    switch (effect.kind) {
      case 'send':
        this.#fromClient(effect.bytes);
        this.#mutation.onSent?.(this.#outgoing, effect.bytes, this.#isLinked);
        break;
      case 'deliver':
        this.#delivered.push(effect.bytes);
        this.#deliveredBytes += effect.bytes.length;
        break;
      case 'open-socket':
        this.#openSocket(effect.connection);
        break;
      case 'send-text':
        if (parseOpenDataChannel(effect.text).tokenValue !== this.#token)
          throw new Error('A token was used twice.');
        this.#token = '';
        break;
      case 'close-socket':
        this.#isLinked = false;
        break;
      case 'request-resume':
        this.#answerResume(effect.connection);
        break;
      case 'state':
        if (effect.state.kind === 'ended') throw new Error(`The session ended: ${effect.state.end.kind}.`);
        break;
      case 'await-socket':
        this.#timeline.after(this.#random() * 5, () =>
          this.#give({ kind: 'socket-drained', connection: this.#connection }),
        );
        break;
      case 'generate-data-key':
        this.#answerKeyRequest();
        break;
      case 'established':
        this.#timesEstablished += 1;
        if (effect.facts.isEncrypted !== (this.#kind === 'encrypted'))
          throw new Error('The facts are wrong.');
        break;
      default:
        break;
    }
  }

  /** KMS takes its time, often longer than the connection lives on which it was needed. */
  #answerKeyRequest(): void {
    this.#keysAsked += 1;
    if (this.#keysAsked > 1) throw new Error('KMS was asked twice.');
    this.#timeline.after(5 + this.#random() * 1500, () => this.#give({ kind: 'data-key', key: dataKey }));
  }

  #openSocket(connection: number): void {
    this.#timeline.after(5 + this.#random() * 100, () => {
      if (this.#random() < 0.2) {
        this.#give({ kind: 'socket-closed', connection });
        return;
      }
      this.#connection = connection;
      this.#isLinked = true;
      this.#give({ kind: 'socket-opened', connection });
      this.#tellAgent(false);
    });
  }

  #answerResume(connection: number): void {
    this.#timeline.after(5 + this.#random() * 100, () => {
      if (this.#random() < 0.2) {
        this.#give({ kind: 'resume-failed', connection, reason: 'retry', cause: undefined });
        return;
      }
      this.#tokensIssued += 1;
      this.#token = `token-${this.#tokensIssued}`;
      this.#give({ kind: 'resumed', connection, tokenValue: this.#token });
    });
  }

  /** The client's connection breaks; the client learns of it at once or a little later, sometimes just after a send. */
  #cut(): void {
    this.#cutsLeft -= 1;
    const connection = this.#connection;
    this.#isLinked = false;
    this.#tellAgent(true);
    if (this.#random() < 0.5) this.#typeSomething();
    this.#timeline.after(this.#random() * 300, () => this.#give({ kind: 'socket-closed', connection }));
  }

  /** The agent's connection breaks for a while; the service tells the client, and sometimes forgets to say the end of it. */
  #loseAgent(): void {
    this.#isAgentLinked = false;
    this.#toClient(publication(MessageType.pausePublication));
    this.#timeline.after(this.#random() * 1000, () => {
      this.#isAgentLinked = true;
      this.#agent.isPaused = false;
      if (this.#random() < 0.7) this.#toClient(publication(MessageType.startPublication));
    });
  }

  // The link.

  #fromClient(frame: Uint8Array): void {
    if (!this.#isLinked) return;
    this.#carry(() => {
      if (this.#isAgentLinked) this.#agent.receive(frame, this.#timeline.now);
    });
  }

  #fromAgent(frame: Uint8Array): void {
    if (!this.#isAgentLinked) return;
    this.#carry(() => this.#toClient(frame));
  }

  /** Loses, repeats or delays; most frames take the same time and stay in order. */
  #carry(arrive: () => void): void {
    if (this.#random() < this.#lossRate) return;
    const delay = 10 + (this.#random() < this.#reorderRate ? this.#random() * 150 : 0);
    const connection = this.#connection;
    const arriveIfStillThere = (): void => {
      if (this.#isLinked && connection === this.#connection) arrive();
    };
    this.#timeline.after(delay, arriveIfStillThere);
    if (this.#random() < this.#repeatRate)
      this.#timeline.after(delay + this.#random() * 150, arriveIfStillThere);
  }

  #toClient(frame: Uint8Array): void {
    if (this.#isLinked) this.#give({ kind: 'frame', connection: this.#connection, bytes: frame });
  }

  /** The service tells the agent whether the client is there. */
  #tellAgent(isClientAway: boolean): void {
    this.#timeline.after(10, () => {
      if (this.#isAgentLinked) this.#agent.isPaused = isClientAway;
    });
  }
}

/** A plain shell may be known to have no handshake, or not. */
function handshakeOf(kind: SessionKind, seed: number): ChannelOptions['handshake'] {
  if (kind === 'encrypted') return 'expected';
  return seed % 2 === 0 ? 'unknown' : 'none';
}

function publication(messageType: string): Uint8Array {
  return encodeAgentMessage({
    messageType,
    schemaVersion: 1,
    createdDate: 1,
    sequenceNumber: 0,
    flags: 3n,
    messageId: '00000000-0000-4000-8000-000000000000',
    payloadType: 0,
    payload: Buffer.from('{}'),
  });
}
