import { describe, expect, it } from 'vitest';
import { defaultKeepalive } from '../../src/ssm/node/keepalive.ts';
import { type Survivor, type SurvivorOptions, survivalBench } from './support/bench.ts';
import { undamaged } from './support/echo-stream.ts';
import { scaledClock } from './support/scaled-clock.ts';

const bench = survivalBench();
const kinds: readonly [string, (options?: SurvivorOptions) => Promise<Survivor>][] = [
  ['a shell', (options) => bench.shell(options)],
  ['a tunnel', (options) => bench.tunnel(options)],
];

const cut = { direction: 'up', afterBytes: 1, side: 'both', isReset: true } as const;
const minute = 60_000;

describe.each(kinds)('%s', (_, open) => {
  it('comes back with every byte after ten minutes without a network, having tried all the time', async () => {
    const clock = scaledClock(200);
    const patient = { intervalMs: 60 * minute, timeoutMs: 60 * minute };
    const survivor = await open({ clock, keepalive: patient });
    survivor.isOffline = true;
    survivor.relay.cut(cut);
    survivor.echo.send(5000);
    await survivor.is('reconnecting');
    const lostAt = clock.now();
    survivor.echo.send(5000);
    await new Promise<void>((resolve) => clock.setTimer(resolve, 10 * minute));
    const tries = survivor.resumes();
    survivor.isOffline = false;
    await survivor.is('live');
    const minutes = (clock.now() - lostAt) / minute;
    await survivor.echo.returned();
    expect(survivor.echo.damage()).toEqual(undamaged);
    // At most every 3.75 to 5 s; a machine that is busy makes fewer of them.
    expect(tries).toBeGreaterThan(20);
    expect(tries).toBeLessThan(5 + (minutes * minute) / 3750);
  });

  it('notices within a minute that its gateway has stalled without a word', async () => {
    const clock = scaledClock(20);
    const survivor = await open({ clock, keepalive: defaultKeepalive });
    survivor.relay.stall(20_000);
    const stalledAt = clock.now();
    await survivor.is('reconnecting');
    expect(clock.now() - stalledAt).toBeLessThan(minute);
    await survivor.is('live');
    survivor.echo.send(5000);
    await survivor.echo.returned();
    expect(survivor.echo.damage()).toEqual(undamaged);
  });

  it('lives on through the hourly close with code 1000, as often as it comes', async () => {
    const survivor = await open();
    for (let hour = 1; hour <= 6; hour += 1) {
      // Something has come back, so the gateway has taken the new connection in.
      survivor.echo.send(4000);
      await survivor.echo.returned();
      survivor.echo.send(20_000);
      const resumed = survivor.resumed();
      await bench.lab.control('/cut', { session: survivor.sessionId, code: 1000 });
      survivor.echo.send(4000);
      await resumed;
    }
    await survivor.echo.returned();
    expect([survivor.echo.damage(), survivor.resumes()]).toEqual([undamaged, 6]);
  });

  it('asks for another token when the gateway says that its token has expired', async () => {
    const survivor = await open();
    await bench.lab.control('/faults', { session: survivor.sessionId, kind: 'expire-token', count: 2 });
    const resumed = survivor.resumed();
    survivor.relay.cut(cut);
    survivor.echo.send(5000);
    await resumed;
    await survivor.echo.returned();
    expect(survivor.echo.damage()).toEqual(undamaged);
    expect(survivor.resumes()).toBe(3);
  });

  it('waits for new credentials when the old ones have expired, asks no more meanwhile, and goes on', async () => {
    const survivor = await open();
    await bench.lab.control('/credentials', { expired: true });
    survivor.relay.cut(cut);
    survivor.echo.send(5000);
    await survivor.is('needs-credentials');
    const asked = survivor.resumes();
    survivor.echo.send(5000);
    // Nobody has signed in: the session finds that out and waits again.
    const waits = survivor.states.length;
    survivor.reconnectNow();
    await survivor.is('reconnecting');
    await survivor.is('needs-credentials');
    await bench.lab.control('/credentials', { expired: false });
    survivor.reconnectNow();
    await survivor.is('live');
    await survivor.echo.returned();
    expect(survivor.echo.damage()).toEqual(undamaged);
    expect([survivor.resumes(), survivor.states.length > waits]).toEqual([asked + 2, true]);
  });

  it.each(['ThrottlingException', 'InternalServerError', 'ServiceUnavailable'])(
    'tries again when ResumeSession answers %s',
    async (code) => {
      const survivor = await open();
      await bench.lab.control('/faults', {
        session: survivor.sessionId,
        kind: 'refuse-resume',
        code,
        count: 3,
      });
      const resumed = survivor.resumed();
      survivor.relay.cut(cut);
      survivor.echo.send(5000);
      await resumed;
      await survivor.echo.returned();
      expect([survivor.echo.damage(), survivor.resumes()]).toEqual([undamaged, 4]);
    },
  );
});

describe('a tunnel without a network', () => {
  it('keeps its connections and takes new ones, which are served once it is back', async () => {
    const tunnel = await bench.tunnel();
    const before = await tunnel.connect();
    before.send(100_000);
    await before.returned();
    tunnel.isOffline = true;
    tunnel.relay.cut(cut);
    before.send(200_000);
    await tunnel.is('reconnecting');
    const during = await tunnel.connect();
    during.send(50_000);
    tunnel.isOffline = false;
    tunnel.reconnectNow();
    await Promise.all([before.returned(), during.returned()]);
    const after = await tunnel.connect();
    after.send(1000);
    await after.returned();
    expect([before, during, after].map((echo) => echo.damage())).toEqual([undamaged, undamaged, undamaged]);
    expect(tunnel.states.some(({ kind }) => kind === 'ended')).toBe(false);
  });
});
