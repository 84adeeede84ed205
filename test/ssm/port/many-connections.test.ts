import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { PortLimits } from '../../../src/ssm/port/reading-policy.ts';
import { type Clock, systemClock } from '../../../src/ssm/node/system-clock.ts';
import type { FarStream } from './support/far-side.ts';
import { TestTunnel } from './support/tunnel.ts';

const mebibyte = 1024 * 1024;
const echoing = { onStream: (stream: FarStream) => stream.echo() };

/** Counts the timers that are set and neither fired nor cancelled. */
function countingClock(): { clock: Clock; pending: Set<object> } {
  const pending = new Set<object>();
  const clock: Clock = {
    ...systemClock,
    setTimer: (callback, delayMs) => {
      const timer = {};
      pending.add(timer);
      const cancel = systemClock.setTimer(() => {
        pending.delete(timer);
        callback();
      }, delayMs);
      return () => {
        pending.delete(timer);
        cancel();
      };
    },
  };
  return { clock, pending };
}

const openFiles = (): number => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);

describe('2000 short connections', () => {
  it('are all served, and leave no connection, timer or open file', async () => {
    const { clock, pending } = countingClock();
    const tunnel = await TestTunnel.open(echoing, {}, clock);
    const first = await tunnel.connect();
    first.socket.write('x');
    await tunnel.far.until(() => first.text === 'x');
    const filesBefore = openFiles();
    const timersBefore = pending.size;
    let wrong = 0;
    const once2000 = async (number: number): Promise<void> => {
      const socket = connect(tunnel.port, '127.0.0.1');
      const question = `question ${number}`;
      socket.write(question);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      if (answer.toString() !== question) wrong += 1;
      // Half of them close, half reset.
      if (number % 2 === 0) socket.destroy();
      else socket.resetAndDestroy();
      await once(socket, 'close');
    };
    for (let number = 0; number < 2000; number += 50)
      await Promise.all(Array.from({ length: 50 }, (_, index) => once2000(number + index)));
    await tunnel.far.until(() => tunnel.ends.length === 2000);
    await tunnel.far.until(() => tunnel.far.streams.size === 1);
    const { connections, totalConnections } = tunnel.session.stats();
    expect([wrong, connections.length, totalConnections]).toEqual([0, 1, 2001]);
    expect(openFiles()).toBeLessThanOrEqual(filesBefore + 4);
    expect(pending.size).toBeLessThanOrEqual(timersBefore + 1);
    await tunnel.session.end();
    expect(pending.size).toBe(0);
  }, 60_000);
});

const limits: PortLimits = {
  connectionMemoryBytes: 4 * mebibyte,
  tunnelMemoryBytes: 16 * mebibyte,
  spoolBytes: 1024 * mebibyte,
  soleConnectionBytes: mebibyte,
};

/** A far side whose first stream sends `total` bytes as fast as the way to the client takes them; the others echo. */
function floodAndEcho(total: number): { onStream(stream: FarStream): void; sent(): number } {
  let sent = 0;
  const block = Buffer.alloc(256 * 1024, 'flood');
  return {
    sent: () => sent,
    onStream: (stream) => {
      if (stream.id !== 3) {
        stream.echo();
        return;
      }
      const more = (): void => {
        if (sent >= total) {
          stream.finish();
          return;
        }
        if (stream.farBufferedBytes < mebibyte) {
          stream.write(block);
          sent += block.length;
        }
        setImmediate(more);
      };
      more();
    },
  };
}

describe('a local program that does not read', () => {
  it('beside an echoing neighbour stalls nobody, uses bounded memory, and gets all of it in the end', async () => {
    const total = 48 * mebibyte;
    const flood = floodAndEcho(total);
    const tunnel = await TestTunnel.open(flood, { limits });
    const slow = await tunnel.connect();
    slow.socket.pause();
    const neighbour = await tunnel.connect();
    let echoed = 0;
    let mostInMemory = 0;
    while (flood.sent() < total) {
      neighbour.socket.write('still there?');
      echoed += 12;
      await tunnel.far.until(() => neighbour.receivedBytes === echoed);
      mostInMemory = Math.max(mostInMemory, tunnel.session.stats().memoryBytes);
    }
    await tunnel.far.until(() => tunnel.far.unacknowledged === 0);
    const [slowStats] = tunnel.session.stats().connections;
    expect(slowStats?.bytesDown).toBe(total);
    // What the system has taken into its own buffers is not waiting here.
    expect(slowStats?.waitingBytes).toBeGreaterThan(32 * mebibyte);
    expect(mostInMemory).toBeLessThan(limits.tunnelMemoryBytes * 1.5);
    expect(tunnel.session.stats().spooledBytes).toBeGreaterThan(16 * mebibyte);
    slow.socket.resume();
    await tunnel.far.until(() => slow.hasEnded);
    expect(slow.receivedBytes).toBe(total);
    expect(tunnel.session.stats()).toMatchObject({ memoryBytes: 0, spooledBytes: 0 });
  }, 60_000);

  it('alone holds the far side back, and nothing goes to the disk', async () => {
    const total = 48 * mebibyte;
    const flood = floodAndEcho(total);
    const tunnel = await TestTunnel.open(flood, { limits });
    const slow = await tunnel.connect();
    slow.socket.pause();
    await stable(flood.sent);
    expect(flood.sent()).toBeLessThan(total);
    const { connections, spooledBytes } = tunnel.session.stats();
    expect(spooledBytes).toBe(0);
    expect(connections[0]?.waitingBytes).toBeLessThan(4 * mebibyte);
    slow.socket.resume();
    await tunnel.far.until(() => slow.hasEnded);
    expect(slow.receivedBytes).toBe(total);
  }, 60_000);

  it('alone no longer holds the far side back when a neighbour comes', async () => {
    const flood = floodAndEcho(24 * mebibyte);
    const tunnel = await TestTunnel.open(flood, { limits });
    const slow = await tunnel.connect();
    slow.socket.pause();
    await stable(flood.sent);
    const neighbour = await tunnel.connect();
    neighbour.socket.write('hello');
    await tunnel.far.until(() => neighbour.text === 'hello');
    slow.socket.resume();
    await tunnel.far.until(() => slow.hasEnded);
    expect(slow.receivedBytes).toBe(24 * mebibyte);
  }, 60_000);
});

describe('an upload', () => {
  it('is held back by the data channel, beside a neighbour that is served, and arrives in full', async () => {
    const total = 12 * mebibyte;
    const tunnel = await TestTunnel.open({
      onStream: (stream) => {
        if (stream.id !== 3) stream.echo();
      },
    });
    const uploader = await tunnel.connect();
    await tunnel.far.until(() => tunnel.far.streams.size === 1);
    const stream = [...tunnel.far.streams.values()][0] as FarStream;
    const neighbour = await tunnel.connect();
    uploader.socket.write(Buffer.alloc(total, 'up'));
    let echoed = 0;
    while (stream.receivedBytes < total) {
      neighbour.socket.write('ping');
      echoed += 4;
      await tunnel.far.until(() => neighbour.receivedBytes === echoed);
    }
    expect(stream.receivedBytes).toBe(total);
    expect(tunnel.session.stats().connections.map(({ bytesUp }) => bytesUp)).toEqual([total, echoed]);
  }, 60_000);
});

/** Resolves when `read` has given the same number for a while; turns of the event loop, not time, are counted. */
async function stable(read: () => number): Promise<void> {
  let last = Number.NaN;
  for (let same = 0; same < 2000; ) {
    await new Promise((resolve) => setImmediate(resolve));
    const value = read();
    same = value === last ? same + 1 : 0;
    last = value;
  }
}
