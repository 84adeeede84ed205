import { describe, expect, it } from 'vitest';
import { type Survivor, survivalBench } from './support/bench.ts';
import { undamaged } from './support/echo-stream.ts';

const bench = survivalBench();
const kinds: readonly [string, () => Promise<Survivor>][] = [
  ['a shell', () => bench.shell()],
  ['a tunnel', () => bench.tunnel()],
  // Its agent knows neither the multiplexer nor a second acknowledge.
  ['a tunnel to an old agent', () => bench.tunnel({ target: 'i-0a1b2c3d4e5f60005' })],
];

const every = (step: number, from: number, to: number): number[] =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => from + index * step);

/** A message of 1024 bytes in its frame, masked as clients have to. */
const frameBytes = 8 + 120 + 1024;

/** Cuts the connection there is, in the middle of what is being sent. */
function cutNow({ relay, echo }: Survivor): void {
  relay.cut({ direction: 'up', afterBytes: 700, side: 'both', isReset: true });
  echo.send(3000);
}

describe.each(kinds)('%s', (_, open) => {
  it.each([
    ['on the way up', 'up', [1, 17, ...every(101, 50, 1300)]],
    ['on the way down', 'down', [1, 17, ...every(61, 40, 460)]],
  ] as const)(
    'loses nothing when its new connection breaks inside the upgrade, the first frame or later, %s',
    async (_way, direction, offsets) => {
      const survivor = await open();
      for (const afterBytes of offsets) {
        survivor.relay.cutNext({ direction, afterBytes, side: 'both', isReset: afterBytes % 2 === 0 });
        const resumed = survivor.resumed();
        cutNow(survivor);
        await resumed;
        // Far enough for the cut that is armed to come, wherever it is.
        survivor.echo.send(4000);
        await survivor.echo.returned();
      }
      expect(survivor.echo.damage()).toEqual(undamaged);
      expect(survivor.resumes()).toBeGreaterThanOrEqual(2 * offsets.length - 1);
    },
    120_000,
  );

  it('loses nothing when its connection is cut inside a frame or between two', async () => {
    const survivor = await open();
    const offsets = [
      1,
      2,
      6,
      7,
      8,
      9,
      ...every(157, 30, frameBytes),
      frameBytes - 1,
      frameBytes,
      2 * frameBytes,
    ];
    for (const afterBytes of offsets) {
      for (const direction of ['up', 'down'] as const) {
        const resumed = survivor.resumed();
        survivor.relay.cut({ direction, afterBytes, side: 'both', isReset: afterBytes % 2 === 0 });
        survivor.echo.send(5000);
        await resumed;
        await survivor.echo.returned();
      }
    }
    expect(survivor.echo.damage()).toEqual(undamaged);
    expect(survivor.resumes()).toBeGreaterThanOrEqual(2 * offsets.length);
  }, 120_000);
});
