import { beforeEach, expect, it } from 'vitest';
import { defaultKeepalive, Keepalive } from '../../../src/ssm/node/keepalive.ts';
import { detectWake } from '../../../src/ssm/node/wake-detector.ts';
import { ManualClock } from '../support/manual-clock.ts';

let clock: ManualClock;
let log: string[];
let keepalive: Keepalive;

beforeEach(() => {
  clock = new ManualClock();
  log = [];
  keepalive = new Keepalive(
    clock,
    defaultKeepalive,
    () => log.push('ping'),
    () => log.push('stalled'),
  );
});

it('notices a gateway that answers nothing within 45 s', () => {
  clock.pass(44_999);
  expect(log).toEqual(['ping']);
  clock.pass(1);
  expect(log).toEqual(['ping', 'stalled']);
});

it('pings an idle gateway that answers every 30 s and stays content', () => {
  for (let count = 0; count < 10; count += 1) {
    clock.pass(30_000);
    keepalive.heard();
  }
  expect(log).toEqual(Array.from({ length: 10 }, () => 'ping'));
});

it('does not ping while data arrives', () => {
  for (let count = 0; count < 100; count += 1) {
    clock.pass(5000);
    keepalive.heard();
  }
  expect(log).toEqual([]);
});

it('takes data for an answer', () => {
  clock.pass(40_000);
  keepalive.heard();
  clock.pass(29_999);
  expect(log).toEqual(['ping']);
});

it('does not count the time in which we were not reading', () => {
  clock.pass(31_000);
  keepalive.readingPaused();
  clock.pass(3_600_000);
  keepalive.readingResumed();
  clock.pass(29_000);
  expect(log).toEqual(['ping']);
});

it('counts silence again from when reading goes on', () => {
  keepalive.readingPaused();
  keepalive.readingResumed();
  clock.pass(45_000);
  expect(log).toEqual(['ping', 'stalled']);
});

it('has little patience after a wake-up', () => {
  keepalive.probe();
  clock.pass(3000);
  expect(log).toEqual(['ping', 'stalled']);
});

it('asks again, instead of giving up, when this process was stopped over the deadline', () => {
  clock.pass(30_000);
  clock.stop(600_000);
  expect(log).toEqual(['ping', 'ping']);
  clock.pass(15_000);
  expect(log).toEqual(['ping', 'ping', 'stalled']);
});

it('leaves no timer behind', () => {
  keepalive.stop();
  expect(clock.timerCount).toBe(0);
});

it.each([
  ['the computer has slept', () => clock.sleep(60_000)],
  ['the process was stopped', () => clock.stop(60_000)],
])('says that %s', (_, happen) => {
  let wakes = 0;
  const stop = detectWake(clock, () => {
    wakes += 1;
  });
  clock.pass(60_000);
  const before = wakes;
  happen();
  clock.pass(5000);
  stop();
  expect([before, wakes]).toEqual([0, 1]);
});

it('takes a busy moment for no sleep', () => {
  let wakes = 0;
  detectWake(clock, () => {
    wakes += 1;
  });
  clock.stop(9000);
  clock.pass(5000);
  expect(wakes).toBe(0);
});
