import { PayloadType } from '../../ssm/wire/payload-type.ts';
import { documentInput, documentProperties } from '../document-values.ts';
import type { SessionRecord } from '../session-record.ts';
import type { Verdict } from './agent-channel.ts';
import { ChannelDriver } from './channel-driver.ts';
import {
  AgentHandshake,
  type HandshakeEffect,
  type HandshakeEncryption,
  handshakeTimedOut,
} from './handshake/agent-handshake.ts';
import type { BlockCipher } from './handshake/block-cipher.ts';
import { type Waits, waitsOf } from './pace.ts';
import type { Program, ProgramHost } from './program.ts';
import type {
  AgentEnd,
  AgentLink,
  AgentOptions,
  AgentSession,
  AgentStats,
  SessionKind,
} from './session-kind.ts';
import { agentHas } from './versions.ts';

/** How long each step of the handshake may take, milliseconds (protocol notes, section 5.4). */
const defaultHandshakeTimeoutMs = 15_000;
const longestWaitForClientMs = 2000;

/** Payloads that are encrypted on their way down (section 5.5, item 9). */
const encryptedPayloads: readonly number[] = [PayloadType.output, PayloadType.stdErr, PayloadType.exitCode];

/**
 * One session of the agent, whatever its kind: the order of its life (protocol notes, section 10), around a data
 * channel and a program.
 *
 * | phase       | begins                           | stream data of the client       |
 * |-------------|----------------------------------|---------------------------------|
 * | unheard-of  | a kind newer than the agent      | not read: no channel is opened  |
 * | handshaking | at the start, where there is one | acknowledged and thrown away    |
 * | running     | handshake over, or none          | for the program                 |
 * | ending      | the program is done              | for the program                 |
 * | over        | the end has been reported        | not read                        |
 */
export class RunningSession implements AgentSession, ProgramHost {
  readonly record: SessionRecord;
  readonly waits: Waits;
  readonly quirks: boolean;
  readonly #link: AgentLink;
  readonly #kind: SessionKind;
  readonly #options: AgentOptions;
  readonly #channel: ChannelDriver;
  readonly #isEncrypted: boolean;
  readonly #windowMessages: number;
  readonly #timers = new Set<NodeJS.Timeout>();
  #phase: 'unheard-of' | 'handshaking' | 'running' | 'ending' | 'over' = 'running';
  #handshake: AgentHandshake | undefined;
  #handshakeTimer: NodeJS.Timeout | undefined;
  #cipher: BlockCipher | undefined;
  #clientVersion = '';
  #program: Program | undefined;
  #bytesUp = 0;
  #bytesDown = 0;
  #hasMetClient = false;
  #onMet: (() => void) | undefined;

  constructor(record: SessionRecord, kind: SessionKind, link: AgentLink, options: AgentOptions) {
    const { agentVersion } = record.node;
    this.record = record;
    this.waits = waitsOf[options.pace];
    this.quirks = options.quirks;
    this.#kind = kind;
    this.#link = link;
    this.#options = options;
    this.#windowMessages = options.windowMessages ?? this.waits.windowMessages;
    this.#channel = new ChannelDriver({
      waits: this.waits,
      take: (payloadType, payload) => this.#take(payloadType, payload),
      acknowledgesAgain: agentHas(agentVersion, 'repeatedAcknowledge'),
      transmit: (frame) => link.send(frame),
      onCancel: () => this.#cancel(),
    });
    this.#isEncrypted =
      kind.encrypts && agentHas(agentVersion, 'handshake') && documentInput(record, 'kmsKeyId') !== '';
    if (kind.since !== undefined && !agentHas(agentVersion, kind.since)) this.#phase = 'unheard-of';
    else this.#begin();
  }

  get clientVersion(): string {
    return this.#clientVersion;
  }

  get stats(): AgentStats {
    return {
      unacknowledged: this.#channel.unacknowledged,
      resends: this.#channel.resends,
      bytesUp: this.#bytesUp,
      bytesDown: this.#bytesDown,
      echoMs: this.#program?.echoMs ?? [],
    };
  }

  receive(frame: Uint8Array): void {
    if (this.#phase === 'over' || this.#phase === 'unheard-of') return;
    this.#channel.receive(frame);
    if (!this.#hasMetClient && !this.#channel.isPaused) {
      this.#hasMetClient = true;
      this.#onMet?.();
    }
    if (this.#phase === 'handshaking') this.#requestHandshake();
    else this.#program?.wake();
  }

  onLinkDrain(): void {
    this.#program?.wake();
  }

  async close(): Promise<void> {
    this.#stop();
    await this.#program?.kill();
  }

  maySend(): boolean {
    return (
      !this.#channel.isPaused &&
      this.#channel.unacknowledged < this.#windowMessages &&
      !this.#link.isCongested()
    );
  }

  send(payloadType: number, payload: Uint8Array): void {
    if (payload.length === 0) return;
    if (payloadType === PayloadType.output || payloadType === PayloadType.stdErr)
      this.#bytesDown += payload.length;
    const cipher = encryptedPayloads.includes(payloadType) ? this.#cipher : undefined;
    this.#channel.send(payloadType, cipher ? cipher.encrypt(payload) : payload);
  }

  retry(): void {
    this.#channel.retry();
  }

  unblock(): void {
    this.#channel.unblock();
  }

  after(milliseconds: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, milliseconds);
    this.#timers.add(timer);
  }

  end(end: AgentEnd, how: 'announced' | 'quiet'): void {
    if (this.#phase === 'ending' || this.#phase === 'over') return;
    this.#phase = 'ending';
    const report = () => {
      if (this.#phase === 'over') return;
      this.#stop();
      this.#link.onEnd(end);
    };
    const announce = () => {
      this.#channel.sendState('Terminating', this.record.id);
      this.#channel.drain(report);
    };
    // A message that ends the session is acknowledged first.
    queueMicrotask(() => {
      if (how === 'announced') this.#channel.drain(announce);
      else this.#whenMet(() => this.#channel.drain(report));
    });
  }

  /** A failure at the very start would be over before the client is there to be told. */
  #whenMet(action: () => void): void {
    if (this.#hasMetClient) return action();
    this.#onMet = action;
    this.after(longestWaitForClientMs, action);
  }

  #begin(): void {
    this.#channel.sendState('Connected', this.record.id);
    const fault = this.#kind.findFault?.(this.record);
    if (fault !== undefined) {
      // Not at once: whoever starts the session does not hold it yet.
      this.after(0, () => this.end({ status: 'Failed', output: fault }, 'quiet'));
    } else if (this.#kind.alwaysHandshakes || this.#isEncrypted) {
      this.#phase = 'handshaking';
      this.#startHandshakeTimer();
    } else {
      this.#program = this.#kind.start(this);
    }
  }

  #take(payloadType: number, payload: Uint8Array): Verdict {
    if (payloadType === PayloadType.handshakeResponse || payloadType === PayloadType.encChallengeResponse) {
      return this.#takeHandshake(payloadType, payload);
    }
    let plaintext = payload;
    if (this.#isEncrypted && payloadType === PayloadType.output) {
      // Encryption counts as on before there are keys; the official reader dies of such a message (5.5, item 11).
      if (!this.#cipher) return 'blocked';
      const decrypted = this.#cipher.decrypt(payload);
      if (!decrypted) return 'refused';
      plaintext = decrypted;
    }
    if (this.#phase === 'handshaking') return 'taken';
    if (!this.#program) return 'not-ready';
    const verdict = this.#program.take(payloadType, plaintext);
    const isTaken = verdict === 'taken' || verdict === 'blocked';
    if (isTaken && payloadType === PayloadType.output) this.#bytesUp += plaintext.length;
    return verdict;
  }

  /** A response that nobody waits for hangs the official reader. */
  #takeHandshake(payloadType: number, payload: Uint8Array): Verdict {
    if (!this.#handshake) return payloadType === PayloadType.handshakeResponse ? 'blocked' : 'refused';
    const { verdict, effects } = this.#handshake.receive(payloadType, payload, performance.now());
    // After the acknowledge.
    queueMicrotask(() => this.#runHandshake(effects));
    return verdict;
  }

  /** The request waits for a client, and the client has the whole time for its answer. */
  #requestHandshake(): void {
    if (this.#handshake || this.#channel.isPaused) return;
    this.#handshake = new AgentHandshake({
      agentVersion: this.record.node.agentVersion,
      sessionType: this.record.document.content.sessionType ?? '',
      properties: this.#kind.showsProperties ? sortedMembers(documentProperties(this.record)) : null,
      encryption: this.#isEncrypted ? this.#encryption() : undefined,
      separatesOutput: this.#kind.separatesOutput?.(this.record) ?? false,
      isNeverCompleted: this.#link.takeFault('handshake-timeout'),
    });
    this.#runHandshake(this.#handshake.begin(performance.now()));
  }

  #encryption(): HandshakeEncryption {
    const { record } = this;
    return {
      keyId: documentInput(record, 'kmsKeyId'),
      context: { 'aws:ssm:SessionId': record.id, 'aws:ssm:TargetId': record.node.id },
      isChallenged: agentHas(record.node.agentVersion, 'encryptionChallenge'),
      decrypt: this.#options.decryptDataKey,
      isWrong: this.#link.takeFault('wrong-challenge'),
    };
  }

  #runHandshake(effects: readonly HandshakeEffect[]): void {
    for (const effect of effects) {
      if (this.#phase !== 'handshaking') return;
      switch (effect.kind) {
        case 'send':
          this.#channel.send(effect.payloadType, effect.payload);
          break;
        case 'wait':
          this.#startHandshakeTimer();
          break;
        case 'failed':
          clearTimeout(this.#handshakeTimer);
          this.end({ status: 'Failed', output: effect.output }, 'quiet');
          break;
        case 'done':
          clearTimeout(this.#handshakeTimer);
          this.#clientVersion = effect.clientVersion;
          this.#cipher = effect.cipher;
          this.#phase = 'running';
          this.#program = this.#kind.start(this);
          break;
      }
    }
  }

  #startHandshakeTimer(): void {
    clearTimeout(this.#handshakeTimer);
    this.#handshakeTimer = setTimeout(
      () => this.#runHandshake(this.#handshake?.timeOut() ?? [handshakeTimedOut]),
      this.#options.handshakeTimeoutMs ?? defaultHandshakeTimeoutMs,
    );
  }

  /** The service says the session is over: no Terminating, no drain. */
  #cancel(): void {
    if (this.#phase === 'over') return;
    this.#stop();
    this.#program?.kill().catch(() => undefined);
    this.#link.onEnd({ status: 'Success', output: '' });
  }

  #stop(): void {
    this.#phase = 'over';
    this.#channel.stop();
    clearTimeout(this.#handshakeTimer);
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}

/** The official agent's JSON has the members of a map in the order of their names. */
function sortedMembers(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
