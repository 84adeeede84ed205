import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { waitsOf } from '../../src/lab/agent/pace.ts';
import { MuxPort } from '../../src/lab/agent/port/mux-port.ts';
import type { ProgramHost } from '../../src/lab/agent/program.ts';
import { PayloadType } from '../../src/ssm/wire/payload-type.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const nop = Buffer.from('0103000000000000', 'hex');

function makePort(hasKeepalive: boolean) {
  const log: string[] = [];
  const host: ProgramHost = {
    get record(): never {
      throw new Error('nothing here asks for the session');
    },
    waits: waitsOf.fast,
    quirks: false,
    clientVersion: '',
    maySend: () => true,
    send: (_type, payload) => log.push(Buffer.from(payload).toString('hex')),
    retry: () => undefined,
    unblock: () => undefined,
    after: () => undefined,
    end: ({ status, output }) => log.push(`${status}: ${output}`),
  };
  const port = new MuxPort(host, { dial: () => Promise.reject(new Error('nowhere')) }, hasKeepalive);
  return { port, log };
}

test('with keepalive the agent sends a NOP every 10 s and ends a session that is silent for 30 s', async () => {
  const { port, log } = makePort(true);
  vi.advanceTimersByTime(29_999);
  expect(log).toEqual([nop.toString('hex'), nop.toString('hex')]);
  vi.advanceTimersByTime(1);
  expect(log.at(-1)).toBe('Failed: The multiplexed connection has failed: timeout');
  await port.kill();
});

test('with keepalive a session whose client sends NOPs goes on', async () => {
  const { port, log } = makePort(true);
  for (let turn = 0; turn < 12; turn += 1) {
    vi.advanceTimersByTime(10_000);
    port.take(PayloadType.output, nop);
  }
  expect(new Set(log)).toEqual(new Set([nop.toString('hex')]));
  await port.kill();
});

test('without keepalive nothing is sent and nothing ends', async () => {
  const { port, log } = makePort(false);
  vi.advanceTimersByTime(600_000);
  expect(log).toEqual([]);
  await port.kill();
});
