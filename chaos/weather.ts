import type { Cut } from './relay.ts';
import type { SessionWatch } from './session-watch.ts';

/** What goes wrong, by seed: which session, which fault, how much of it. When exactly is up to the machine. */
type Fault = (watch: SessionWatch, random: () => number) => Promise<void> | void;

const below = (random: () => number, limit: number): number => Math.floor(random() * limit);
const between = (random: () => number, from: number, to: number): number => from + below(random, to - from);

/** Faults of the gateway, the agent's side or the service; src/lab/faults/fault.ts has their members. */
function lab(watch: SessionWatch, ...faults: object[]): Promise<void> {
  const { sessionId } = watch.started;
  return watch.lab.control(
    '/faults',
    faults.map((fault) => ({ session: sessionId, ...fault })),
  );
}

/** Bytes after which a cut comes: within the burst that is under way, or the next. */
function cutSoon(random: () => number, direction: Cut['direction'], side: Cut['side']): Cut {
  return { direction, side, afterBytes: 1 + below(random, 12_000), isReset: random() < 0.5 };
}

const frames = (random: () => number, every: number, count: number): object => ({
  every: between(random, 3, every),
  count: between(random, 3, count),
  seed: below(random, 2 ** 31),
  direction: random() < 0.5 ? 'up' : 'down',
});

/** Each with how often it comes, relatively. */
const faults: readonly [number, Fault][] = [
  // The network on the client's side.
  [20, (watch, random) => watch.relay.cut(cutSoon(random, 'up', 'client'))],
  [20, (watch, random) => watch.relay.cut(cutSoon(random, 'up', 'both'))],
  [10, (watch, random) => watch.relay.cut(cutSoon(random, 'down', 'both'))],
  [5, (watch, random) => watch.relay.cut(cutSoon(random, 'up', 'gateway'))],
  [3, (watch, random) => watch.relay.stall(between(random, 2500, 4000))],
  [4, (watch, random) => watch.relay.stall(between(random, 100, 800))],
  [
    4,
    (watch, random) => {
      watch.relay.refuse(between(random, 500, 4000));
      watch.relay.cut(cutSoon(random, 'up', 'both'));
    },
  ],
  [
    6,
    (watch, random) => {
      watch.relay.cutNext({ ...cutSoon(random, 'up', 'both'), afterBytes: 1 + below(random, 1500) });
      watch.relay.cut(cutSoon(random, 'up', 'both'));
    },
  ],
  [
    3,
    (watch, random) => {
      watch.relay.cutNext({ ...cutSoon(random, 'down', 'both'), afterBytes: 1 + below(random, 400) });
      watch.relay.cut(cutSoon(random, 'up', 'client'));
    },
  ],
  // The gateway.
  [
    18,
    (watch, random) =>
      lab(watch, { kind: 'cut', ...frames(random, 40, 2), type: anyStream(random), count: 1 }),
  ],
  [6, (watch, random) => lab(watch, { kind: 'close', code: 1000, ...frames(random, 40, 2), count: 1 })],
  [3, (watch, random) => lab(watch, { kind: 'stall', ms: between(random, 100, 700), direction: 'down' })],
  [3, (watch, random) => lab(watch, { kind: 'stall', ms: between(random, 100, 700), direction: 'up' })],
  // The service.
  [
    5,
    (watch, random) => {
      const code = random() < 0.5 ? 'ThrottlingException' : 'InternalServerError';
      return lab(watch, { kind: 'refuse-resume', code, count: 1 + below(random, 3) }, soonCut(random));
    },
  ],
  [
    4,
    (watch, random) => lab(watch, { kind: 'refuse-resume', code: 'ExpiredTokenException' }, soonCut(random)),
  ],
  [4, (watch, random) => lab(watch, { kind: 'expire-token' }, soonCut(random))],
  // Single messages, of either direction; acknowledges are lost most often, since most depends on them.
  [8, (watch, random) => lab(watch, { kind: 'lose', ...frames(random, 60, 25) })],
  [
    10,
    (watch, random) =>
      lab(watch, { kind: 'lose', ...frames(random, 20, 25), type: 'acknowledge' }, soonCut(random)),
  ],
  [8, (watch, random) => lab(watch, { kind: 'repeat', ...frames(random, 20, 60) })],
  [8, (watch, random) => lab(watch, { kind: 'reorder', ms: 20, ...frames(random, 20, 60) })],
  [
    4,
    (watch, random) => lab(watch, { kind: 'delay', ms: between(random, 2, 40), ...frames(random, 4, 200) }),
  ],
];

function soonCut(random: () => number): object {
  return { kind: 'cut', direction: 'up', every: between(random, 8, 60), count: 1, type: 'input_stream_data' };
}

function anyStream(random: () => number): string {
  return random() < 0.6 ? 'input_stream_data' : 'output_stream_data';
}

const totalWeight = faults.reduce((sum, [weight]) => sum + weight, 0);

/** Lets one thing go wrong. */
export async function blow(watches: readonly SessionWatch[], random: () => number): Promise<void> {
  const watch = watches[below(random, watches.length)] as SessionWatch;
  let dice = random() * totalWeight;
  for (const [weight, fault] of faults) {
    dice -= weight;
    if (dice >= 0) continue;
    await fault(watch, random);
    return;
  }
}

/** Pause until the next fault, in ms: irregular, `meanMs` on average. */
export function calm(meanMs: number, random: () => number): number {
  return Math.min(-Math.log(1 - random()) * meanMs, 5 * meanMs);
}
