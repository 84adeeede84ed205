import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { ChannelState } from '../../../src/ssm/channel/channel-types.ts';
import { openPortSession, type PortSession } from '../../../src/ssm/node/port/open-port-session.ts';
import { FarSide, type FarOptions } from './support/far-side.ts';
import { closeLater, TestTunnel } from './support/tunnel.ts';

const basic: FarOptions = { agentVersion: '2.3.750.0' };
const ssh = { properties: { portNumber: '22' } };

describe('a tunnel to an old agent', () => {
  it('carries one connection after the other, and tells the agent between them', async () => {
    const tunnel = await TestTunnel.open(basic);
    const first = await tunnel.connect();
    first.socket.write('one');
    await tunnel.far.until(() => tunnel.far.log.includes('one'));
    const second = await tunnel.connect();
    second.socket.write('two');
    tunnel.far.output(Buffer.from('answer one'));
    await tunnel.far.until(() => first.text === 'answer one');
    first.socket.resetAndDestroy();
    await tunnel.far.until(() => tunnel.far.log.includes('two'));
    tunnel.far.output(Buffer.from('answer two'));
    await tunnel.far.until(() => second.text === 'answer two');
    await tunnel.session.end();
    expect(tunnel.far.log).toEqual(['one', 'flag 1', 'two', 'flag 2']);
    expect([tunnel.session.stats().variant, tunnel.ends]).toEqual(['basic', ['local', 'session-ended']]);
  });

  it('keeps what the server says first for the first local program, all of it', async () => {
    const tunnel = await TestTunnel.open(basic);
    await tunnel.far.until(() => tunnel.far.isEstablished);
    const greeting = Buffer.alloc(4 * 1024 * 1024, '220 ready\r\n');
    tunnel.far.output(greeting);
    const program = await tunnel.connect();
    await tunnel.far.until(() => program.receivedBytes === greeting.length);
    expect(Buffer.concat(program.received).subarray(0, 100_000)).toEqual(greeting.subarray(0, 100_000));
  });

  it('stops reading at a bound while nobody has connected', async () => {
    const tunnel = await TestTunnel.open(basic);
    await tunnel.far.until(() => tunnel.far.isEstablished);
    const greeting = Buffer.alloc(16 * 1024 * 1024, 'x');
    tunnel.far.output(greeting);
    await stable(() => tunnel.far.bufferedBytes);
    expect(tunnel.far.bufferedBytes).toBeGreaterThan(2 * 1024 * 1024);
    const program = await tunnel.connect();
    await tunnel.far.until(() => program.receivedBytes === greeting.length);
  });

  it('does not give the next program what was left over for the one before', async () => {
    const tunnel = await TestTunnel.open(basic);
    const first = await tunnel.connect();
    first.socket.write('one');
    await tunnel.far.until(() => tunnel.far.log.includes('one'));
    first.socket.resetAndDestroy();
    await tunnel.far.until(() => tunnel.far.flags.length === 1);
    tunnel.far.output(Buffer.from('left over'));
    const second = await tunnel.connect();
    await tunnel.far.until(() => tunnel.far.unacknowledged === 0);
    tunnel.far.output(Buffer.from('left over too'));
    await tunnel.far.until(() => tunnel.far.unacknowledged === 0);
    second.socket.write('two');
    await tunnel.far.until(() => tunnel.far.log.includes('two'));
    tunnel.far.output(Buffer.from('for two'));
    await tunnel.far.until(() => second.receivedBytes > 0);
    expect(second.text).toBe('for two');
  });

  it('sends no flag at the end where the agent does not know it', async () => {
    const tunnel = await TestTunnel.open({ agentVersion: '2.3.722.0' });
    const program = await tunnel.connect();
    program.socket.write('x');
    await tunnel.far.until(() => tunnel.far.log.includes('x'));
    await tunnel.session.end();
    expect(tunnel.far.flags).toEqual([]);
  });
});

/** A session joined to two streams, as SSH has it. */
class StreamTunnel {
  readonly input = new PassThrough();
  readonly output: Writable;
  readonly written: Buffer[] = [];
  readonly states: ChannelState[] = [];
  session!: PortSession;
  far!: FarSide;

  constructor(output?: Writable) {
    this.output =
      output ??
      new Writable({
        write: (chunk: Buffer, _, done) => {
          this.written.push(chunk);
          this.far.changed();
          done();
        },
      });
  }

  static async open(farOptions: FarOptions = ssh, output?: Writable): Promise<StreamTunnel> {
    const tunnel = new StreamTunnel(output);
    const far = await FarSide.listen(farOptions);
    closeLater(() => far.close());
    tunnel.far = far;
    tunnel.session = openPortSession({
      sessionId: 'session',
      tokenValue: 'token-0',
      streamUrl: far.streamUrl,
      resume: async () => ({ tokenValue: 'token-1' }),
      classifyResumeError: () => 'retry',
      side: { kind: 'stream', input: tunnel.input, output: tunnel.output },
      onState: (state) => {
        tunnel.states.push(state);
        far.changed();
      },
    });
    closeLater(() => tunnel.session.end());
    return tunnel;
  }

  get text(): string {
    return Buffer.concat(this.written).toString();
  }

  get hasEnded(): boolean {
    return this.states.at(-1)?.kind === 'ended';
  }
}

describe('SSH over standard input and output', () => {
  it('passes bytes both ways, a lone line feed unchanged', async () => {
    const tunnel = await StreamTunnel.open();
    tunnel.input.write('\n');
    await tunnel.far.until(() => tunnel.far.log.length === 1);
    tunnel.far.output(Buffer.from('SSH-2.0-standin\r\n'));
    await tunnel.far.until(() => tunnel.text.length > 0);
    expect([tunnel.far.log, tunnel.text]).toEqual([['\n'], 'SSH-2.0-standin\r\n']);
  });

  it('delivers what comes after the end of input, to the end of the session', async () => {
    const tunnel = await StreamTunnel.open();
    tunnel.input.end('last words');
    await tunnel.far.until(() => tunnel.far.log.includes('last words'));
    tunnel.far.output(Buffer.alloc(500_000, 'x'));
    tunnel.far.closeChannel();
    await tunnel.far.until(() => tunnel.hasEnded);
    expect([tunnel.text.length, tunnel.far.flags]).toEqual([500_000, []]);
  });

  it('tells its end only when a slow output has taken everything', async () => {
    const written: Buffer[] = [];
    const slow = new Writable({
      highWaterMark: 1,
      write: (chunk: Buffer, _, done) => {
        written.push(chunk);
        setImmediate(done);
      },
    });
    const tunnel = await StreamTunnel.open(ssh, slow);
    await tunnel.far.until(() => tunnel.far.isEstablished);
    tunnel.far.output(Buffer.alloc(3_000_000, 'x'));
    tunnel.far.closeChannel();
    await tunnel.far.until(() => tunnel.hasEnded);
    expect(Buffer.concat(written).length).toBe(3_000_000);
    expect([slow.destroyed, slow.writableEnded]).toEqual([false, false]);
  });

  it('ends when its output is closed', async () => {
    const tunnel = await StreamTunnel.open();
    tunnel.input.write('x');
    await tunnel.far.until(() => tunnel.far.log.includes('x'));
    tunnel.output.destroy();
    await tunnel.far.until(() => tunnel.hasEnded);
    expect(tunnel.far.log).toEqual(['x', 'flag 1', 'flag 2']);
  });

  it('ends with an error where a local port was to be served', async () => {
    const tunnel = await TestTunnel.open(ssh);
    await tunnel.far.until(() => tunnel.lastState?.kind === 'ended');
    expect(tunnel.lastState).toMatchObject({
      end: { kind: 'failed', error: { code: 'session-type-unsupported' } },
    });
  });

  it('works through a multiplexed session too, and ends with its one stream', async () => {
    const tunnel = await StreamTunnel.open({ onStream: (stream) => stream.echo() });
    tunnel.input.write('hello');
    await tunnel.far.until(() => tunnel.text === 'hello');
    [...tunnel.far.streams.values()][0]?.finish();
    await tunnel.far.until(() => tunnel.hasEnded);
    expect(tunnel.far.flags).toEqual([2]);
  });

  it('can learn from the handshake which side it has', async () => {
    const far = await FarSide.listen(ssh);
    closeLater(() => far.close());
    const input = new PassThrough();
    const output = new PassThrough();
    const seen: string[] = [];
    const session = openPortSession({
      sessionId: 'session',
      tokenValue: 'token-0',
      streamUrl: far.streamUrl,
      resume: async () => ({ tokenValue: 'token-1' }),
      classifyResumeError: () => 'retry',
      side: async (variant, { properties }) => {
        seen.push(variant, String(properties['portNumber']));
        return { kind: 'stream', input, output };
      },
      onState: far.changed,
    });
    closeLater(() => session.end());
    let greeting = '';
    output.on('data', (bytes: Buffer) => {
      greeting += bytes.toString();
      far.changed();
    });
    await far.until(() => far.isEstablished);
    far.output(Buffer.from('early greeting'));
    await far.until(() => greeting.length > 0);
    input.write('x');
    await far.until(() => far.log.includes('x'));
    expect([seen, greeting]).toEqual([['stream', '22'], 'early greeting']);
  });
});

/** Resolves when `read` has given the same number for a while; turns of the event loop, not time, are counted. */
async function stable(read: () => number): Promise<void> {
  let last = Number.NaN;
  for (let same = 0; same < 200; ) {
    await new Promise((resolve) => setImmediate(resolve));
    const value = read();
    same = value === last ? same + 1 : 0;
    last = value;
  }
}
