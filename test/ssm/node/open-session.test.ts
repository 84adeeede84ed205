import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChannelState } from '../../../src/ssm/channel/channel-types.ts';
import { type LiveSession, openSession, type SessionOptions } from '../../../src/ssm/node/open-session.ts';
import { type Clock, systemClock } from '../../../src/ssm/node/system-clock.ts';
import { PayloadType } from '../../../src/ssm/wire/payload-type.ts';
import {
  agentCipher,
  completeWith,
  dataKey,
  encryptionAction,
  keyId,
  requestOf,
  sessionTypeAction,
  target,
} from '../support/handshakes.ts';
import { LocalGateway } from '../support/local-gateway.ts';
import { untrustedCertificate } from '../support/untrusted-certificate.ts';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function gatewayWith(options: Parameters<typeof LocalGateway.listen>[0] = {}): Promise<LocalGateway> {
  const gateway = await LocalGateway.listen(options);
  closers.push(() => gateway.close());
  return gateway;
}

/** A session on `gateway`, with what it told. */
class Witness {
  readonly states: ChannelState[] = [];
  readonly output: Uint8Array[] = [];
  outputBytes = 0;
  drains = 0;
  resumes = 0;
  readonly session: LiveSession;

  constructor(gateway: LocalGateway, options: Partial<SessionOptions> = {}, clock?: Clock) {
    this.session = openSession(
      {
        sessionId: 'session',
        tokenValue: 'token-0',
        streamUrl: gateway.streamUrl,
        handshake: 'none',
        resume: async () => {
          this.resumes += 1;
          return { tokenValue: `token-${this.resumes}` };
        },
        classifyResumeError: () => 'retry',
        onOutput: (bytes) => {
          this.output.push(bytes);
          this.outputBytes += bytes.length;
          gateway.changed();
        },
        onState: (state) => {
          this.states.push(state);
          gateway.changed();
        },
        onDrain: () => {
          this.drains += 1;
          gateway.changed();
        },
        ...options,
      },
      clock,
    );
    closers.push(() => this.session.end());
  }

  get lastState(): ChannelState | undefined {
    return this.states.at(-1);
  }

  get text(): string {
    return Buffer.concat(this.output).toString();
  }
}

const bytes = (text: string): Uint8Array => Buffer.from(text);

/** Counts the timers that are set and neither fired nor cancelled. */
function countingClock(): { clock: Clock; pending: Set<object> } {
  const pending = new Set<object>();
  const clock: Clock = {
    ...systemClock,
    setTimer: (callback, delayMs) => {
      const entry = {};
      pending.add(entry);
      const cancel = systemClock.setTimer(() => {
        pending.delete(entry);
        callback();
      }, delayMs);
      return () => {
        pending.delete(entry);
        cancel();
      };
    },
  };
  return { clock, pending };
}

describe('a session', () => {
  it('opens with the path and query of the stream URL byte for byte, without extensions (trap 19)', async () => {
    const gateway = await gatewayWith();
    new Witness(gateway, { signUpgrade: async () => ({ authorization: 'AWS4-HMAC-SHA256 signed' }) });
    await gateway.until(() => gateway.tokens.length === 1);
    const { request } = gateway.connections[0] ?? {};
    expect([
      request?.url,
      request?.headers['sec-websocket-extensions'],
      request?.headers.authorization,
    ]).toEqual([
      '/v1/data-channel/session?role=publish_subscribe&cell-number=AAEAA+b/cd==',
      undefined,
      'AWS4-HMAC-SHA256 signed',
    ]);
  });

  it('does not sign a URL that carries its own signature', async () => {
    const gateway = await gatewayWith();
    new Witness(gateway, {
      streamUrl: `${gateway.streamUrl}&X-Amz-Signature=00`,
      signUpgrade: async () => ({ authorization: 'twice' }),
    });
    await gateway.until(() => gateway.tokens.length === 1);
    expect(gateway.connections[0]?.request.headers.authorization).toBeUndefined();
  });

  it('carries bytes both ways', async () => {
    const gateway = await gatewayWith();
    const witness = new Witness(gateway, { size: { cols: 80, rows: 24 } });
    witness.session.write(bytes('echo hello\r'));
    await gateway.until(() => gateway.agent.receivedBytes === 11);
    gateway.print(bytes('hello\r\n'));
    await gateway.until(() => witness.outputBytes === 7);
    expect(witness.text).toBe('hello\r\n');
    expect(Buffer.concat(gateway.agent.received).toString()).toBe('echo hello\r');
    expect(gateway.agent.sizes[0]).toBe('{"cols":80,"rows":24}');
    expect(witness.states.map(({ kind }) => kind)).toEqual(['connecting', 'live']);
  });

  it('tells nothing before openSession has returned', async () => {
    const gateway = await gatewayWith();
    const witness = new Witness(gateway);
    expect(witness.states).toEqual([]);
    await gateway.until(() => witness.states.length > 0);
  });

  it('survives a cut with nothing lost or repeated', async () => {
    const gateway = await gatewayWith();
    const witness = new Witness(gateway);
    await gateway.until(() => gateway.isConnected);
    for (let line = 0; line < 15; line += 1) gateway.print(bytes(`line ${line}\n`));
    gateway.connections[0]?.socket.terminate();
    witness.session.write(bytes('typed in the dark'));
    await gateway.until(() => gateway.agent.receivedBytes === 17 && gateway.agent.unacknowledged === 0);
    expect(witness.text).toBe(Array.from({ length: 15 }, (_, line) => `line ${line}\n`).join(''));
    expect([gateway.tokens, witness.resumes]).toEqual([['token-0', 'token-1'], 1]);
  }, 60_000);

  it('asks ResumeSession after a first connection that was refused, and uses the address it gives (trap 20)', async () => {
    const gateway = await gatewayWith();
    const refusing = createServer((socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')).listen(
      0,
      '127.0.0.1',
    );
    closers.push(() => refusing.close());
    await once(refusing, 'listening');
    const { port } = refusing.address() as { port: number };
    new Witness(gateway, {
      streamUrl: `ws://127.0.0.1:${port}/v1/data-channel/session`,
      resume: async () => ({ tokenValue: 'token-1', streamUrl: gateway.streamUrl }),
    });
    await gateway.until(() => gateway.tokens.length === 1);
    expect(gateway.tokens).toEqual(['token-1']);
  });

  it('never gives its token to a machine whose certificate is not trusted, and keeps trying', async () => {
    const gateway = await gatewayWith();
    const received: Buffer[] = [];
    const impostor = createTlsServer(untrustedCertificate, (socket) => {
      socket.on('data', (data: Buffer) => received.push(data));
    }).listen(0, '127.0.0.1');
    closers.push(() => impostor.close());
    await once(impostor, 'listening');
    const { port } = impostor.address() as { port: number };
    const witness = new Witness(gateway, { streamUrl: `wss://localhost:${port}/v1/data-channel/session` });
    await gateway.until(() => witness.states.filter(({ kind }) => kind === 'reconnecting').length >= 4);
    expect([received, witness.states.some(({ kind }) => kind === 'live')]).toEqual([[], false]);
  });

  it('notices a gateway that has stalled and resumes', async () => {
    const gateway = await gatewayWith({ answersPings: false });
    const witness = new Witness(gateway, { keepalive: { intervalMs: 20, timeoutMs: 20 } });
    await gateway.until(() => gateway.tokens.length === 2);
    expect(witness.states.map(({ kind }) => kind)).toEqual(['connecting', 'live', 'reconnecting', 'live']);
  });

  it('probes the connection on a wake-up, and keeps one that answers', async () => {
    const gateway = await gatewayWith();
    const witness = new Witness(gateway);
    await gateway.until(() => gateway.isConnected);
    const pinged = once(gateway.socket, 'ping');
    witness.session.reconnectNow();
    await pinged;
    gateway.print(bytes('still here'));
    await gateway.until(() => witness.outputBytes === 10);
    expect(witness.resumes).toBe(0);
  });

  it('waits for new credentials, and resumes when there are some', async () => {
    const gateway = await gatewayWith();
    let hasExpired = true;
    const witness = new Witness(gateway, {
      resume: async () => {
        if (hasExpired) throw new Error('ExpiredToken');
        return { tokenValue: 'token-1' };
      },
      classifyResumeError: () => 'unauthorised',
    });
    await gateway.until(() => gateway.isConnected);
    gateway.socket.terminate();
    await gateway.until(() => witness.lastState?.kind === 'needs-credentials');
    hasExpired = false;
    witness.session.reconnectNow();
    await gateway.until(() => gateway.tokens.length === 2);
    expect(gateway.tokens).toEqual(['token-0', 'token-1']);
  });

  it.each([
    ['when its token is empty', { resume: async () => ({ tokenValue: '' }) }],
    [
      'when the service does not know it',
      {
        resume: async () => Promise.reject(new Error('DoesNotExistException')),
        classifyResumeError: () => 'gone' as const,
      },
    ],
  ])('has timed out %s', async (_, options) => {
    const gateway = await gatewayWith();
    const witness = new Witness(gateway, options);
    await gateway.until(() => gateway.isConnected);
    gateway.socket.close(1000, 'Bye');
    await gateway.until(() => witness.lastState?.kind === 'ended');
    expect(witness.lastState).toEqual({ kind: 'ended', end: { kind: 'timed-out' } });
  });

  it.each([
    ['insecure-endpoint', 'ws://192.0.2.1/v1/data-channel/session'],
    ['bad-stream-url', 'wss://gateway.example/v1/../session'],
  ])('ends with the error %s before any connection', async (code, streamUrl) => {
    const gateway = await gatewayWith();
    const witness = new Witness(gateway, { streamUrl });
    await gateway.until(() => witness.lastState?.kind === 'ended');
    expect(witness.lastState).toMatchObject({ end: { kind: 'failed', error: { code } } });
    expect(witness.resumes).toBe(0);
  });

  it('ended by the user closes its socket and leaves no timer', async () => {
    const gateway = await gatewayWith();
    const { clock, pending } = countingClock();
    const witness = new Witness(gateway, {}, clock);
    await gateway.until(() => gateway.isConnected);
    witness.session.write(bytes('unacknowledged'));
    witness.session.end();
    await gateway.until(() => !gateway.isConnected);
    expect([witness.lastState, pending.size]).toEqual([{ kind: 'ended', end: { kind: 'ended-by-user' } }, 0]);
    expect(witness.session.write(bytes('too late'))).toBe(true);
  });

  it('may be ended from inside its own callbacks', async () => {
    const gateway = await gatewayWith();
    const witness: Witness = new Witness(gateway, { onOutput: () => witness.session.end() });
    await gateway.until(() => gateway.isConnected);
    gateway.print(bytes('last words'));
    await gateway.until(() => !gateway.isConnected);
    expect(witness.lastState).toEqual({ kind: 'ended', end: { kind: 'ended-by-user' } });
  });
});

describe('a flood', () => {
  const block = Buffer.alloc(1024, 'x');

  it('waits at the gateway while reading is paused, and comes in full afterwards', async () => {
    const gateway = await gatewayWith();
    // Long enough that a busy machine answers in time, short enough that the pause outlasts it.
    const keepalive = { intervalMs: 20, timeoutMs: 300 };
    const witness = new Witness(gateway, { keepalive });
    await gateway.until(() => witness.lastState?.kind === 'live' && gateway.isConnected);
    witness.session.pauseReading();
    const pausedAt = performance.now();
    const blocks = 16 * 1024;
    for (let index = 0; index < blocks; index += 1) gateway.print(block);
    await stable(() => gateway.socket.bufferedAmount);
    expect(gateway.socket.bufferedAmount).toBeGreaterThan(0);
    expect(witness.outputBytes).toBeLessThan(1024 * 1024);
    while (performance.now() < pausedAt + 2 * (keepalive.intervalMs + keepalive.timeoutMs)) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(witness.lastState?.kind).toBe('live');
    witness.session.resumeReading();
    await gateway.until(() => witness.outputBytes >= blocks * 1024);
    expect(witness.outputBytes).toBe(blocks * 1024);
  }, 60_000);

  it('of input is taken slowly while the gateway does not read, and arrives in full', async () => {
    const gateway = await gatewayWith();
    const witness = new Witness(gateway);
    await gateway.until(() => gateway.isConnected && witness.lastState?.kind === 'live');
    const raw = (gateway.socket as unknown as { _socket: Socket })._socket;
    raw.pause();
    const wanted = 16 * 1024 * 1024;
    let written = 0;
    const writeOn = (): void => {
      let isWelcome = true;
      while (written < wanted && isWelcome) {
        isWelcome = witness.session.write(block);
        written += block.length;
      }
    };
    writeOn();
    expect(written).toBeLessThan(wanted);
    raw.resume();
    while (written < wanted) {
      const seen = witness.drains;
      await gateway.until(() => witness.drains > seen);
      writeOn();
    }
    await gateway.until(() => gateway.agent.receivedBytes >= wanted);
    expect(gateway.agent.receivedBytes).toBe(wanted);
  }, 60_000);
});

/** Resolves when `read` has given the same number for a while; turns of the event loop, not time, are counted. */
async function stable(read: () => number): Promise<void> {
  let last = Number.NaN;
  for (let same = 0; same < 50; ) {
    await new Promise((resolve) => setImmediate(resolve));
    const value = read();
    same = value === last ? same + 1 : 0;
    last = value;
  }
}

describe('an encrypted session', () => {
  const request = requestOf(sessionTypeAction('Standard_Stream'), encryptionAction());
  const ended = (witness: Witness): unknown =>
    witness.lastState?.kind === 'ended' && witness.lastState.end.kind === 'failed'
      ? witness.lastState.end.error
      : undefined;

  /** A session whose agent asks for encryption. */
  async function asked(options: Partial<SessionOptions>): Promise<[LocalGateway, Witness]> {
    const gateway = await gatewayWith();
    const witness = new Witness(gateway, { handshake: 'expected', target, ...options });
    await gateway.until(() => gateway.isConnected);
    gateway.agent.output(request, performance.now(), PayloadType.handshakeRequest);
    return [gateway, witness];
  }

  it('asks for its key and says what it is before it delivers', async () => {
    const told: unknown[] = [];
    const [gateway, witness] = await asked({
      generateDataKey: async (question) => {
        told.push(question.keyId);
        return dataKey;
      },
      onEstablished: ({ isEncrypted, sessionType }) => told.push([isEncrypted, sessionType]),
    });
    witness.session.write(bytes('typed'));
    const flushed = witness.session.flushed();
    await gateway.until(() => gateway.agent.receivedMessages === 1);
    gateway.agent.output(completeWith(), performance.now(), PayloadType.handshakeComplete);
    await flushed;
    const [received] = gateway.agent.received;
    expect(agentCipher().decrypt(received ?? new Uint8Array())).toEqual(Buffer.from('typed'));
    expect(told).toEqual([keyId, [true, 'Standard_Stream']]);
  });

  it('ends with a typed error where there is no access to KMS', async () => {
    const [gateway, witness] = await asked({});
    await gateway.until(() => ended(witness) !== undefined);
    expect(ended(witness)).toMatchObject({ code: 'kms-unavailable' });
  });

  it('ends with a typed error when KMS denies the key, and keeps the cause', async () => {
    const cause = new Error('AccessDenied');
    const [gateway, witness] = await asked({ generateDataKey: () => Promise.reject(cause) });
    await gateway.until(() => ended(witness) !== undefined);
    expect(ended(witness)).toMatchObject({ code: 'kms-denied', cause });
  });

  it('has whoever waits for the last acknowledge wait no longer than the session lives', async () => {
    const gateway = await gatewayWith();
    const witness = new Witness(gateway, { handshake: 'expected' });
    witness.session.write(bytes('never sent'));
    const flushed = witness.session.flushed();
    witness.session.end();
    await flushed;
    await witness.session.flushed();
    expect(gateway.agent.received).toEqual([]);
  });
});
