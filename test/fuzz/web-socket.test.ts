import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ChannelEnd, ChannelState } from '../../src/ssm/channel/channel-types.ts';
import { openSession } from '../../src/ssm/node/open-session.ts';
import { openPortSession } from '../../src/ssm/node/port/open-port-session.ts';
import { SsmError } from '../../src/ssm/ssm-error.ts';
import { encodeAgentMessage } from '../../src/ssm/wire/agent-message.ts';
import { MessageType } from '../../src/ssm/wire/message-type.ts';
import { PayloadType } from '../../src/ssm/wire/payload-type.ts';
import { fuzzCases, fuzzSeed } from '../ssm/support/fuzz-cases.ts';
import { completeWith, encryptionAction, requestOf, sessionTypeAction } from '../ssm/support/handshakes.ts';
import { Dice } from './support/dice.ts';
import { expectBoundedMemory } from './support/memory-bound.ts';
import { type RawServer, startRawServer } from './support/raw-server.ts';

/** Each costs a connection; a twentieth keeps them in proportion to the other fuzz tests. */
const cases = Math.ceil(fuzzCases / 20);
/** An upgrade that is not answered is given up after 15 s; what takes longer hangs. */
const hangMs = 20_000;
/** The largest message that a client takes. */
const largestBytes = 1024 * 1024;

/** The gateway's half of the upgrade, right or nearly right. */
function upgradeAnswer(dice: Dice, head: string): Buffer {
  const key = /sec-websocket-key: *(\S+)/i.exec(head)?.[1] ?? '';
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const good = [
    'HTTP/1.1 101 Switching Protocols',
    'upgrade: websocket',
    'connection: Upgrade',
    `sec-websocket-accept: ${accept}`,
  ];
  const wrong = (): string[] =>
    dice.oneOf([
      ['HTTP/1.1 200 OK', 'content-length: 0'],
      ['HTTP/1.1 301 Moved', 'location: ws://192.0.2.1/', 'content-length: 0'],
      ['HTTP/1.1 401 Unauthorized', 'www-authenticate: Basic', 'content-length: 99'],
      ['HTTP/1.1 403 Forbidden', 'content-length: 3', '', 'No.'],
      ['HTTP/1.1 503 Unavailable', 'transfer-encoding: chunked', '', 'zz'],
      ['HTTP/1.1 100 Continue', '', ...good],
      [...good.slice(0, 3), 'sec-websocket-accept: AAAA'],
      good.slice(0, 3),
      [good[0] as string, 'upgrade: h2c', ...good.slice(2)],
      [good[0] as string, ...good.slice(2)],
      [...good, 'sec-websocket-extensions: permessage-deflate; client_max_window_bits=99'],
      [...good, 'sec-websocket-protocol: unasked'],
      [...good, `x-large: ${'h'.repeat(100_000)}`],
      [...good, 'content-length: 5'],
      ['SSH-2.0-OpenSSH_9.6'],
      ['\u0000\u0001\u0002'],
    ]);
  const text = `${(dice.is(0.75) ? good : wrong()).join('\r\n')}\r\n\r\n`;
  const bytes = Buffer.from(text, 'latin1');
  return dice.is(0.05) ? bytes.subarray(0, dice.below(bytes.length)) : bytes;
}

interface FrameShape {
  opcode: number;
  isFinal?: boolean;
  /** The reserved bits. */
  reserved?: number;
  /** Servers must not mask. */
  isMasked?: boolean;
  /** Said in the header instead of the payload's length. */
  length?: bigint;
}

function frame(payload: Uint8Array, shape: FrameShape): Buffer {
  const { opcode, isFinal = true, reserved = 0, isMasked = false, length = BigInt(payload.length) } = shape;
  const first = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode;
  const mask = isMasked ? 0x80 : 0;
  if (length < 126n) return Buffer.concat([Buffer.from([first, mask | Number(length)]), payload]);
  if (length < 65_536n) {
    const header = Buffer.from([first, mask | 126, 0, 0]);
    header.writeUInt16BE(Number(length), 2);
    return Buffer.concat([header, payload]);
  }
  const header = Buffer.from([first, mask | 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  header.writeBigUInt64BE(length, 2);
  return Buffer.concat([header, payload]);
}

const [continuation, text, binary, close, ping, pong] = [0, 1, 2, 8, 9, 10] as const;

/** Messages of the agent's and the service's, mostly well made, in any order. */
class Messages {
  readonly #dice: Dice;
  #number = 0;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  next(): Uint8Array {
    const dice = this.#dice;
    if (dice.is(0.1)) return dice.bytes(dice.below(300));
    const [payloadType, payload] = this.#content();
    const sequenceNumber = dice.is(0.8) ? this.#number : dice.below(20_000);
    if (sequenceNumber === this.#number) this.#number += 1;
    const message = encodeAgentMessage({
      messageType: dice.is(0.75) ? MessageType.output : dice.oneOf(Object.values(MessageType)),
      schemaVersion: 1,
      createdDate: 1,
      sequenceNumber,
      flags: 0n,
      messageId: '00000000-0000-4000-8000-000000000001',
      payloadType: dice.is(0.8) ? payloadType : dice.oneOf(Object.values(PayloadType)),
      payload,
    });
    return dice.is(0.1) ? message.subarray(0, dice.below(message.length)) : message;
  }

  #content(): readonly [number, Uint8Array] {
    const dice = this.#dice;
    const { handshakeRequest, handshakeComplete, encChallengeRequest, output, flag, exitCode } = PayloadType;
    const withSession = (sessionType: string, properties?: unknown): readonly [number, Uint8Array] => [
      handshakeRequest,
      requestOf(sessionTypeAction(sessionType, properties)),
    ];
    return dice.oneOf([
      () => withSession('Standard_Stream'),
      () => withSession('Port', { portNumber: '22' }),
      () => withSession('Port', { portNumber: '80', type: 'LocalPortForwarding' }),
      () => withSession(dice.oneOf(['', 'Teleport', '__proto__'])),
      () => [handshakeRequest, requestOf(sessionTypeAction('Standard_Stream'), encryptionAction())] as const,
      () => [handshakeComplete, completeWith('Welcome')] as const,
      () => [encChallengeRequest, Buffer.from('{"Challenge":"AAAA"}')] as const,
      () => {
        const json = JSON.stringify(dice.json(['SessionType', 'Challenge', 'Output']));
        return [
          dice.oneOf([handshakeRequest, handshakeComplete, encChallengeRequest]),
          Buffer.from(json),
        ] as const;
      },
      () => [output, dice.bytes(1 + dice.below(1024))] as const,
      () => [flag, dice.bytes(1 + dice.below(6))] as const,
      () => [exitCode, Buffer.from(`EXIT_CODE: ${dice.below(300)}`)] as const,
      () => [output, Buffer.alloc(dice.oneOf([1, 1024, 60_000]), 1)] as const,
    ])();
  }
}

function frames(dice: Dice): Buffer[] {
  const messages = new Messages(dice);
  return Array.from({ length: 1 + dice.below(12) }, () => oneFrame(dice, messages));
}

function oneFrame(dice: Dice, messages: Messages): Buffer {
  if (dice.is(0.6)) return frame(messages.next(), { opcode: binary });
  const payload = messages.next();
  const half = dice.below(payload.length + 1);
  return dice.oneOf([
    () => frame(Buffer.from(JSON.stringify({ MessageType: 'channel_closed' })), { opcode: text }),
    () => frame(dice.bytes(50), { opcode: text }),
    () =>
      Buffer.concat([
        frame(payload.subarray(0, half), { opcode: binary, isFinal: false }),
        ...(dice.is(0.5) ? [frame(Buffer.from('in between'), { opcode: ping })] : []),
        frame(payload.subarray(half), { opcode: continuation, isFinal: dice.is(0.8) }),
      ]),
    () => frame(payload, { opcode: continuation }),
    () => frame(payload, { opcode: dice.oneOf([3, 7, 11, 15]) }),
    () => frame(payload, { opcode: binary, reserved: 1 + dice.below(7) }),
    () => frame(payload, { opcode: binary, isMasked: true }),
    () => frame(Buffer.alloc(largestBytes + 1), { opcode: binary }),
    () => frame(payload, { opcode: binary, length: 2n ** BigInt(dice.below(64)) }),
    () => frame(Buffer.alloc(dice.oneOf([0, 125, 126, 5000])), { opcode: dice.oneOf([ping, pong]) }),
    () => Buffer.concat(Array.from({ length: 500 }, () => frame(Buffer.from('ping'), { opcode: ping }))),
    () => frame(dice.bytes(dice.below(130)), { opcode: close }),
    () => frame(Buffer.from([3, 232]), { opcode: close }),
    () => frame(new Uint8Array(0), { opcode: binary }),
    () => dice.bytes(1 + dice.below(100)),
  ])();
}

/** Opens a session whose service knows it no more once its first connection is gone. */
function play(server: RawServer, dice: Dice): Promise<ChannelEnd> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const options = {
      sessionId: 'session',
      tokenValue: 'token',
      streamUrl: `ws://127.0.0.1:${server.port}/v1/data-channel/session`,
      target: 'i-1',
      handshake: dice.oneOf(['none', 'expected', 'unknown'] as const),
      resume: async () => {
        throw new Error('gone');
      },
      classifyResumeError: () => 'gone' as const,
      generateDataKey: async () => ({
        plaintext: Buffer.alloc(dice.oneOf([64, 64, 3])),
        ciphertext: Buffer.from('k'),
      }),
      keepalive: { intervalMs: 200, timeoutMs: 200 },
      onState: (state: ChannelState) => {
        if (isOver) reject(new Error(`After the end there was ${state.kind}.`));
        if (state.kind !== 'ended') return;
        isOver = true;
        clearTimeout(timer);
        resolve(state.end);
      },
    };
    const timer = setTimeout(() => reject(new Error('the session hangs')), hangMs);
    if (dice.is(0.7)) {
      const session = openSession({ ...options, onOutput: () => {}, onDrain: () => {} });
      session.write(dice.bytes(dice.below(3000)));
      session.resize(80, 24);
    } else {
      const side = { kind: 'stream' as const, input: new PassThrough(), output: new PassThrough() };
      side.output.resume();
      side.input.write('to the far side');
      openPortSession({ ...options, side });
    }
  });
}

const isTyped = (end: ChannelEnd): boolean => end.kind !== 'failed' || end.error instanceof SsmError;

it(
  `meets ${cases} hostile gateways with typed ends, and none hangs (seed ${fuzzSeed})`,
  async () => {
    let dice = new Dice(0);
    const server = await startRawServer((socket: Socket, head) => {
      socket.write(upgradeAnswer(dice, head));
      for (const bytes of dice.is(0.9) ? frames(dice) : [dice.bytes(200)]) socket.write(bytes);
      if (dice.is(0.8)) socket.end();
      else socket.resetAndDestroy();
    });
    onTestFinished(() => server.close());
    const ends = new Map<string, number>();
    await expectBoundedMemory(async () => {
      for (let number = 0; number < cases; number += 1) {
        dice = new Dice(fuzzSeed + number);
        const where = `case ${number} of seed ${fuzzSeed}`;
        const end = await play(server, dice).catch((error: unknown) => {
          throw new Error(`${where}: ${String(error)}`, { cause: error });
        });
        expect(isTyped(end), where).toBe(true);
        const name = end.kind === 'failed' ? end.error.code : end.kind;
        ends.set(name, (ends.get(name) ?? 0) + 1);
      }
    });
    // Without these the test would have tried little but upgrades.
    for (const name of ['timed-out', 'closed', 'protocol', 'session-type-unsupported', 'kms-unavailable'])
      expect(ends.get(name) ?? 0, `${name} among ${JSON.stringify([...ends])}`).toBeGreaterThan(cases / 400);
  },
  60_000 + cases * 100,
);

describe('a gateway that falls silent', () => {
  it.concurrent.each([
    ['before it answers the upgrade', () => Buffer.alloc(0)],
    ['in the middle of its answer', () => Buffer.from('HTTP/1.1 101 Switching Proto')],
    ['after the upgrade', (head: string) => goodUpgrade(head)],
    [
      'in the middle of a frame',
      (head: string) => Buffer.concat([goodUpgrade(head), Buffer.from([0x82, 0x7e, 0x10])]),
    ],
  ])('%s, is given up', async (_, answer) => {
    const server = await startRawServer((socket, head) => {
      socket.write(answer(head));
    });
    try {
      expect(await play(server, new Dice(1))).toEqual({ kind: 'timed-out' });
    } finally {
      await server.close();
    }
  });
});

function goodUpgrade(head: string): Buffer {
  for (let seed = 1; ; seed += 1) {
    const answer = upgradeAnswer(new Dice(seed), head);
    if (/^HTTP\/1\.1 101[^]*accept: \S{28}\r\n\r\n$/.test(answer.toString('latin1'))) return answer;
  }
}
