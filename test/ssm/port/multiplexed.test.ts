import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PortSession } from '../../../src/ssm/node/port/open-port-session.ts';
import type { FarStream } from './support/far-side.ts';
import { TestTunnel } from './support/tunnel.ts';

/** A tunnel whose far side sends everything back. */
const echoing = { onStream: (stream: FarStream) => stream.echo() };

const nothingLeft = (session: PortSession): unknown => session.stats().connections;

describe('a multiplexed tunnel', () => {
  it('carries several connections at once, each its own bytes', async () => {
    const tunnel = await TestTunnel.open(echoing);
    const programs = await Promise.all([tunnel.connect(), tunnel.connect(), tunnel.connect()]);
    for (const [index, { socket }] of programs.entries()) socket.write(`program ${index}\n`);
    await tunnel.far.until(() => programs.every(({ receivedBytes }) => receivedBytes === 10));
    expect(programs.map(({ text }) => text)).toEqual(['program 0\n', 'program 1\n', 'program 2\n']);
    const { variant, connections, totalConnections, bytesUp, bytesDown } = tunnel.session.stats();
    expect({ variant, totalConnections, bytesUp, bytesDown, open: connections.length }).toEqual({
      variant: 'multiplexed',
      totalConnections: 3,
      bytesUp: 30,
      bytesDown: 30,
      open: 3,
    });
  });

  it('serves a program that has connected before the session was established', async () => {
    const tunnel = await TestTunnel.open(echoing);
    const program = await tunnel.connect();
    program.socket.write('early');
    await tunnel.far.until(() => program.text === 'early');
    expect(tunnel.far.flags).toEqual([]);
  });

  it('passes a lone line feed and a zero byte unchanged', async () => {
    const tunnel = await TestTunnel.open(echoing);
    const program = await tunnel.connect();
    for (const byte of ['\n', '\0']) {
      const before = program.receivedBytes;
      program.socket.write(byte);
      await tunnel.far.until(() => program.receivedBytes > before);
    }
    expect(program.text).toBe('\n\0');
  });

  it('closes the local connection when the server hangs up, after all it has said', async () => {
    const tunnel = await TestTunnel.open({
      onStream: (stream) => {
        stream.write(Buffer.alloc(300_000, 'x'));
        stream.finish();
      },
    });
    const program = await tunnel.connect();
    await tunnel.far.until(() => program.hasEnded);
    expect(program.receivedBytes).toBe(300_000);
    await tunnel.far.until(() => tunnel.far.streams.size === 0);
    program.socket.destroy();
    await tunnel.far.until(() => tunnel.ends.length === 1);
    expect([tunnel.ends, nothingLeft(tunnel.session)]).toEqual([['remote'], []]);
  });

  it('tells the server at once when the local program resets its connection', async () => {
    const tunnel = await TestTunnel.open(echoing);
    const program = await tunnel.connect();
    program.socket.write('question');
    await tunnel.far.until(() => program.text === 'question');
    program.socket.resetAndDestroy();
    await tunnel.far.until(() => tunnel.far.streams.size === 0 && tunnel.ends.length === 1);
    expect(tunnel.ends).toEqual(['local']);
  });

  it('gives a half-closed program its answer before it closes the stream', async () => {
    let answer = (): void => {};
    const tunnel = await TestTunnel.open({
      onStream: (stream) => {
        stream.onData = () => {
          answer = () => {
            stream.write(Buffer.from('late answer'));
            stream.finish();
          };
        };
      },
    });
    const program = await tunnel.connect();
    program.socket.end('question');
    await tunnel.far.until(() => [...tunnel.far.streams.values()].some(({ text }) => text === 'question'));
    await new Promise((resolve) => setImmediate(resolve));
    expect([...tunnel.far.streams.values()].map(({ isFinished }) => isFinished)).toEqual([false]);
    answer();
    await tunnel.far.until(() => program.hasEnded);
    expect(program.text).toBe('late answer');
    await tunnel.far.until(() => tunnel.far.streams.size === 0);
  });

  it('closes a half-closed connection whose server waits for the end, once the answer has gone quiet', async () => {
    const tunnel = await TestTunnel.open(echoing);
    const program = await tunnel.connect();
    program.socket.end('echo me');
    await tunnel.far.until(() => program.hasEnded && tunnel.far.streams.size === 0);
    expect(program.text).toBe('echo me');
  });

  it.runIf(process.platform === 'linux')(
    'soon closes the connection of a program that has closed its socket without a word',
    async () => {
      const tunnel = await TestTunnel.open(echoing);
      const program = await tunnel.connect();
      await tunnel.far.until(() => tunnel.far.streams.size === 1);
      program.socket.end();
      program.socket.destroy();
      const startedAt = performance.now();
      await tunnel.far.until(() => tunnel.ends.length === 1 && tunnel.far.streams.size === 0);
      // Without the look into the system's table it would be 30 s.
      expect(performance.now() - startedAt).toBeLessThan(5_000);
    },
  );

  it('tells a program whose destination refuses that it was refused, and goes on', async () => {
    const tunnel = await TestTunnel.open({
      onStream: (stream) => {
        if (stream.id === 3) stream.refuse();
        else stream.echo();
      },
    });
    const refused = await tunnel.connect();
    await tunnel.far.until(() => refused.isClosed);
    const program = await tunnel.connect();
    program.socket.write('still here');
    await tunnel.far.until(() => program.text === 'still here');
    expect([refused.error?.code, tunnel.ends, tunnel.session.stats().refusedConnections]).toEqual([
      'ECONNRESET',
      ['refused'],
      1,
    ]);
  });

  it('sends a keepalive to an agent that expects one, and none to a newer one', async () => {
    const versions = ['3.1.1446.0', '3.3.1142.0'];
    const timers: (() => void)[][] = [];
    const nops: number[] = [];
    for (const version of versions) {
      const tens: (() => void)[] = [];
      timers.push(tens);
      const { systemClock } = await import('../../../src/ssm/node/system-clock.ts');
      const clock = {
        ...systemClock,
        setTimer: (callback: () => void, delayMs: number) => {
          if (delayMs === 10_000) {
            tens.push(callback);
            return () => {};
          }
          return systemClock.setTimer(callback, delayMs);
        },
      };
      const tunnel = await TestTunnel.open(
        { onStream: (stream) => stream.echo(), agentVersion: version },
        {},
        clock,
      );
      const program = await tunnel.connect();
      program.socket.write('x');
      await tunnel.far.until(() => program.text === 'x');
      for (const fire of tens.splice(0)) fire();
      program.socket.write('y');
      await tunnel.far.until(() => program.text === 'xy');
      nops.push(tunnel.far.nops);
    }
    expect(nops).toEqual([1, 0]);
  });

  it('holds its listener and its connections through a lost connection of the data channel', async () => {
    const tunnel = await TestTunnel.open(echoing);
    const program = await tunnel.connect();
    program.socket.write('before ');
    await tunnel.far.until(() => program.text === 'before ');
    tunnel.far.socket.terminate();
    program.socket.write('during ');
    const another = await tunnel.connect();
    another.socket.write('new');
    await tunnel.far.until(() => program.text === 'before during ' && another.text === 'new');
    expect(tunnel.far.tokens).toHaveLength(2);
    expect(tunnel.ends).toEqual([]);
  });

  it('breaks connections off when the agent speaks something else than smux', async () => {
    const tunnel = await TestTunnel.open({ onStream: () => {} });
    const program = await tunnel.connect();
    await tunnel.far.until(() => tunnel.far.streams.size === 1);
    tunnel.far.output(Buffer.from('HTTP/1.1 400 Bad Request\r\n'));
    await tunnel.far.until(() => program.isClosed && tunnel.lastState?.kind === 'ended');
    expect([program.error?.code, tunnel.lastState]).toMatchObject([
      'ECONNRESET',
      { end: { kind: 'failed', error: { code: 'protocol' } } },
    ]);
  });
});

describe('the end of a tunnel', () => {
  it('asked for locally: the agent is told by the flag, and connections, listener and session end', async () => {
    const tunnel = await TestTunnel.open(echoing);
    const program = await tunnel.connect();
    program.socket.write('x');
    await tunnel.far.until(() => program.text === 'x');
    await Promise.all([tunnel.session.end(), tunnel.session.end()]);
    await tunnel.far.until(() => program.isClosed);
    expect(tunnel.far.flags).toEqual([2]);
    expect(tunnel.ends).toEqual(['session-ended']);
    expect(tunnel.lastState).toEqual({ kind: 'ended', end: { kind: 'ended-by-user' } });
    await expect(tunnel.connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('by the service: a stream that the server had closed is still delivered, an open one is broken off', async () => {
    const tunnel = await TestTunnel.open({
      onStream: (stream) => {
        if (stream.id !== 3) return;
        stream.write(Buffer.alloc(200_000, 'x'));
        stream.finish();
      },
    });
    const complete = await tunnel.connect();
    complete.socket.pause();
    const open = await tunnel.connect();
    await tunnel.far.until(() => tunnel.far.streams.size >= 1 && tunnel.far.unacknowledged === 0);
    tunnel.far.closeChannel('Idle timeout');
    complete.socket.resume();
    await tunnel.far.until(() => complete.hasEnded && open.isClosed);
    complete.socket.destroy();
    await tunnel.far.until(() => tunnel.lastState?.kind === 'ended');
    expect([complete.receivedBytes, open.error?.code]).toEqual([200_000, 'ECONNRESET']);
    expect(tunnel.lastState).toMatchObject({ end: { kind: 'closed', message: 'Idle timeout' } });
    expect([...tunnel.ends].sort()).toEqual(['remote', 'session-ended']);
  });

  it('asked for after the service has ended it does not wait for a program that takes nothing', async () => {
    const tunnel = await TestTunnel.open({
      onStream: (stream) => {
        if (stream.id !== 3) return;
        stream.write(Buffer.alloc(16_000_000, 'x'));
        stream.finish();
      },
    });
    const slow = await tunnel.connect();
    slow.socket.pause();
    // Alone it would hold the far side back.
    const neighbour = await tunnel.connect();
    await tunnel.far.until(() => tunnel.far.streams.size > 0 && tunnel.far.unacknowledged === 0);
    tunnel.far.closeChannel('Terminated');
    await tunnel.far.until(() => neighbour.isClosed);
    const askedAt = performance.now();
    await tunnel.session.end();
    // Five seconds would be the patience with which its last bytes are given.
    expect(performance.now() - askedAt).toBeLessThan(1000);
    expect([tunnel.ends, nothingLeft(tunnel.session)]).toEqual([['session-ended', 'remote'], []]);
  });

  it.skipIf(process.platform === 'win32')('closes the connections to a socket file as well', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'ports-')), 'tunnel.sock');
    const tunnel = await TestTunnel.open(echoing, {}, undefined, { kind: 'unix', path });
    const program = await tunnel.connect();
    program.socket.write('x');
    await tunnel.far.until(() => program.text === 'x');
    await tunnel.session.end();
    await tunnel.far.until(() => program.hasEnded);
    expect([tunnel.ends, existsSync(path)]).toEqual([['session-ended'], false]);
  });

  it('of a session that is not a tunnel comes with an error', async () => {
    const tunnel = await TestTunnel.open({ sessionType: 'InteractiveCommands' });
    await tunnel.far.until(() => tunnel.lastState?.kind === 'ended');
    expect(tunnel.lastState).toMatchObject({
      end: { kind: 'failed', error: { code: 'session-type-unsupported' } },
    });
  });
});
