import { expect, it } from 'vitest';
import type { ChannelEffect } from '../../../src/ssm/channel/channel-types.ts';
import { SsmError } from '../../../src/ssm/ssm-error.ts';
import { decodeAgentMessage } from '../../../src/ssm/wire/agent-message.ts';
import { encodeEncryptionChallenge } from '../../../src/ssm/wire/encryption-challenge.ts';
import { PayloadType } from '../../../src/ssm/wire/payload-type.ts';
import { fuzzCases, fuzzSeed, fuzzTimeoutMs } from '../support/fuzz-cases.ts';
import {
  agentCipher,
  completeWith,
  dataKey,
  encryptionAction,
  requestOf,
  sessionTypeAction,
  target,
} from '../support/handshakes.ts';
import { seededRandom } from '../support/random.ts';
import { kinds, ScriptedChannel } from '../support/scripted-channel.ts';

const payloadTypes = Object.values(PayloadType);
const sealed = (bytes: Uint8Array): Uint8Array => agentCipher().encrypt(bytes, Buffer.alloc(12, 1));
const wellFormed: readonly (readonly [number, Uint8Array])[] = [
  [PayloadType.handshakeRequest, requestOf(sessionTypeAction('Standard_Stream'))],
  [PayloadType.handshakeRequest, requestOf(sessionTypeAction('Port', { portNumber: '22' }))],
  [
    PayloadType.handshakeRequest,
    requestOf(sessionTypeAction('Standard_Stream'), encryptionAction('cmFuZA==')),
  ],
  [PayloadType.handshakeRequest, requestOf(encryptionAction(), encryptionAction())],
  [PayloadType.handshakeComplete, completeWith('Welcome')],
  [PayloadType.encChallengeRequest, encodeEncryptionChallenge(sealed(Buffer.alloc(64)))],
  [PayloadType.output, Buffer.from('plain')],
  [PayloadType.output, sealed(Buffer.from('sealed'))],
  [PayloadType.stdErr, Buffer.from('plain')],
  [PayloadType.exitCode, Buffer.from('EXIT_CODE: 3')],
  [PayloadType.flag, Buffer.from([0, 0, 0, 3])],
];
const memberNames = [
  'AgentVersion',
  'RequestedClientActions',
  'requestedclientactions',
  'ActionType',
  'ActionParameters',
  'SessionType',
  'Properties',
  'KMSKeyId',
  'Challenge',
  'HandshakeTimeToComplete',
  'CustomerMessage',
  '__proto__',
  'constructor',
];
const texts = [
  '',
  'SessionType',
  'KMSEncryption',
  'Port',
  'Standard_Stream',
  '3.3.1142.0',
  '=',
  'x'.repeat(300),
];

/** Plays one session out of what an agent, its service, KMS and a person might do, in any order, and watches it. */
class FuzzedSession {
  readonly #random: () => number;
  readonly #script: ScriptedChannel;
  #number = 0;
  #isConnected = true;
  #hasEnded = false;
  readonly #counts = { answers: 0, questions: 0, established: 0, exitCodes: 0 };

  constructor(random: () => number) {
    this.#random = random;
    const handshake = this.#oneOf(['none', 'expected', 'unknown'] as const);
    this.#script = ScriptedChannel.live({
      handshake,
      size: { cols: 80, rows: 24 },
      ...(random() < 0.9 ? { target } : {}),
    });
  }

  /** The kinds of effects that occurred. */
  run(): Set<string> {
    const seen = new Set<string>();
    for (let steps = 4 + this.#below(12); steps > 0; steps -= 1) {
      const effects = this.#step();
      for (const kind of kinds(effects)) seen.add(kind);
      for (const effect of effects) this.#watch(effect);
    }
    return seen;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #oneOf<T>(values: readonly T[]): T {
    return values[this.#below(values.length)] as T;
  }

  #step(): ChannelEffect[] {
    const script = this.#script;
    const dice = this.#random();
    if (!this.#isConnected && dice < 0.5) {
      this.#isConnected = true;
      return [
        script.give({ kind: 'resumed', tokenValue: 'token' }),
        script.give({ kind: 'socket-opened' }),
      ].flat();
    }
    if (dice < 0.7) return this.#message();
    if (dice < 0.75) return script.acknowledge(this.#below(5));
    if (dice < 0.78) return script.write('x'.repeat(this.#below(3000)));
    if (dice < 0.8) return script.give({ kind: 'send-flag', flag: this.#below(4) });
    if (dice < 0.82) return script.give({ kind: 'flush', id: 1 });
    if (dice < 0.84) return script.give({ kind: 'resize', size: { cols: this.#below(300), rows: 24 } });
    if (dice < 0.9) return script.give({ kind: 'data-key', key: this.#key() });
    if (dice < 0.91)
      return script.give({
        kind: 'data-key-failed',
        error: new SsmError('kms-denied', 'No.', 'not an error'),
      });
    if (dice < 0.93) return script.pass(this.#oneOf([100, 3000, 61_000]));
    if (dice < 0.95) return script.publication(this.#oneOf(['start', 'pause'] as const));
    if (dice < 0.96) return script.closed('Bye');
    this.#isConnected = false;
    return script.give({ kind: 'socket-closed' });
  }

  #key(): { plaintext: Uint8Array; ciphertext: Uint8Array } {
    return this.#random() < 0.8
      ? dataKey
      : { plaintext: new Uint8Array(this.#below(80)), ciphertext: Buffer.from('k') };
  }

  /** A message of the agent's, mostly the next one. */
  #message(): ChannelEffect[] {
    const dice = this.#random();
    const sequenceNumber = dice < 0.8 ? this.#number : Math.max(0, this.#number + this.#below(6) - 3);
    if (sequenceNumber === this.#number) this.#number += 1;
    const [payloadType, payload] = this.#content();
    return this.#script.receive({ sequenceNumber, payloadType, payload });
  }

  #content(): readonly [number, Uint8Array] {
    const dice = this.#random();
    if (dice < 0.5) return this.#oneOf(wellFormed);
    const payloadType = this.#oneOf(payloadTypes);
    if (dice < 0.8) return [payloadType, Buffer.from(JSON.stringify(this.#json(4)) ?? 'null')];
    if (dice < 0.9) {
      const whole = this.#oneOf(wellFormed)[1];
      return [payloadType, whole.subarray(0, 1 + this.#below(whole.length))];
    }
    return [payloadType, Uint8Array.from({ length: 1 + this.#below(100) }, () => this.#below(256))];
  }

  #json(depth: number): unknown {
    const dice = this.#random();
    if (depth === 0 || dice < 0.3) {
      return this.#oneOf([null, true, -1, 1e300, 2 ** 53, ...texts, this.#oneOf(memberNames)]);
    }
    const length = this.#below(4);
    if (dice < 0.5) return Array.from({ length }, () => this.#json(depth - 1));
    return Object.fromEntries(
      Array.from({ length }, () => [this.#oneOf(memberNames), this.#json(depth - 1)]),
    );
  }

  #watch(effect: ChannelEffect): void {
    if (this.#hasEnded) throw new Error(`After the end there was ${effect.kind}.`);
    switch (effect.kind) {
      case 'state':
        if (effect.state.kind !== 'ended') return;
        this.#hasEnded = true;
        if (effect.state.end.kind === 'failed' && !(effect.state.end.error instanceof SsmError))
          throw new Error('The error has no type.');
        return;
      case 'send':
        this.#watchFrame(effect.bytes);
        return;
      case 'generate-data-key':
        this.#counts.questions += 1;
        break;
      case 'established':
        this.#counts.established += 1;
        structuredClone(effect.facts);
        break;
      case 'exit-code':
        this.#counts.exitCodes += 1;
        break;
      default:
        return;
    }
    this.#checkCounts();
  }

  #watchFrame(bytes: Uint8Array): void {
    if (bytes.length > 64 * 1024) throw new Error('A message is too large.');
    const { payloadType, messageType } = decodeAgentMessage(bytes);
    if (messageType !== 'input_stream_data' || payloadType !== PayloadType.handshakeResponse) return;
    // The same message may be sent again; a second number would be a second answer.
    const id = Buffer.from(bytes.subarray(48, 80)).toString('hex');
    this.#answerIds.add(id);
    this.#counts.answers = this.#answerIds.size;
    this.#checkCounts();
  }
  readonly #answerIds = new Set<string>();

  #checkCounts(): void {
    for (const [name, count] of Object.entries(this.#counts))
      if (count > 1) throw new Error(`There were ${count} ${name}.`);
  }
}

it(
  `keeps its promises over ${fuzzCases} sessions of whatever comes in whatever order (seed ${fuzzSeed})`,
  () => {
    const seen = new Map<string, number>();
    for (let number = 0; number < fuzzCases; number += 1) {
      try {
        for (const kind of new FuzzedSession(seededRandom(fuzzSeed + number)).run())
          seen.set(kind, (seen.get(kind) ?? 0) + 1);
      } catch (error) {
        throw new Error(`Case ${number} of seed ${fuzzSeed}: ${String(error)}`, { cause: error });
      }
    }
    // Without these the sessions would have been about nothing.
    for (const kind of ['generate-data-key', 'established', 'deliver', 'exit-code', 'flag'])
      expect(seen.get(kind) ?? 0, kind).toBeGreaterThan(fuzzCases / 200);
  },
  fuzzTimeoutMs,
);
