import { describe, expect, test } from 'vitest';
import { turns } from './support/fake-service.ts';
import { Bench, bytes, FakePage, places, request } from './support/registry-bench.ts';

describe.each(places)('the bytes of a session, in %s', (place) => {
  test('output and input pass between the channel and the page', async () => {
    const bench = new Bench(place);
    const key = await bench.live();
    const page = new FakePage();
    const bytesOf = bench.registry.bytes(key);
    bytesOf.attach(page);
    bench.channel.options.onOutput(bytes('$ '));
    bytesOf.receive(page, { kind: 'input', bytes: bytes('ls\r') });
    bytesOf.receive(page, { kind: 'size', cols: 90, rows: 20 });
    expect([page.text, bench.channel.written, bench.channel.sizes]).toEqual(['$ ', ['ls\r'], ['90x20']]);
  });

  test('the page is told of input that the channel has taken, in lots', async () => {
    const bench = new Bench(place);
    const key = await bench.live();
    const page = new FakePage();
    const bytesOf = bench.registry.bytes(key);
    bytesOf.attach(page);
    const half = new Uint8Array(20_000);
    bytesOf.receive(page, { kind: 'input', bytes: half });
    expect(page.messages).toEqual([]);
    bytesOf.receive(page, { kind: 'input', bytes: half });
    expect(page.messages).toEqual([{ kind: 'accepted', byteCount: 40_000 }]);
  });

  test('a page that reloads gets what was printed, and the old port says no more', async () => {
    const bench = new Bench(place);
    const key = await bench.live();
    const [before, after] = [new FakePage(), new FakePage()];
    const bytesOf = bench.registry.bytes(key);
    bytesOf.attach(before);
    bench.channel.options.onOutput(bytes('before '));
    bytesOf.attach(after);
    bytesOf.receive(before, { kind: 'input', bytes: bytes('x') });
    bench.channel.options.onOutput(bytes('after'));
    bench.registry.end(key).catch(() => {});
    await turns();
    expect([before.text, before.isClosed, after.text]).toEqual(['before ', true, 'before after']);
    expect(bench.channel.written).toEqual([]);
  });

  test('what a terminal answers to output that another one has answered before does not reach the shell', async () => {
    const bench = new Bench(place);
    const key = await bench.live();
    const [before, after] = [new FakePage(), new FakePage()];
    const bytesOf = bench.registry.bytes(key);
    bytesOf.attach(before);
    bench.channel.options.onOutput(bytes('where is the cursor?'));
    bytesOf.receive(before, { kind: 'consumed', byteCount: 20 });
    bench.channel.options.onOutput(bytes(' and now?'));
    bytesOf.attach(after);
    expect(after.messages.length).toBe(2);
    bytesOf.receive(after, { kind: 'input', bytes: bytes('there') });
    bytesOf.receive(after, { kind: 'consumed', byteCount: 20 });
    bytesOf.receive(after, { kind: 'input', bytes: bytes('here') });
    expect(bench.channel.written).toEqual(['here']);
  });

  test('the page is sent all output before it hears of the end', async () => {
    const bench = new Bench(place);
    const key = await bench.live();
    const page = new FakePage();
    bench.registry.bytes(key).attach(page);
    bench.channel.options.onOutput(bytes('a'));
    bench.channel.options.onOutput(bytes('b'));
    expect(page.text).toBe('a');
    bench.channel.tell({ kind: 'ended', end: { kind: 'timed-out' } });
    expect(page.text).toBe('ab');
  });

  test.each([
    undefined,
    null,
    'input',
    {},
    { kind: 'input' },
    { kind: 'input', bytes: 'ls' },
    { kind: 'consumed', byteCount: -1 },
    { kind: 'consumed', byteCount: Number.NaN },
    { kind: 'size', cols: 0, rows: 24 },
    { kind: 'size', cols: 80, rows: 65_536 },
    { kind: 'size', cols: 80.5, rows: 24 },
    { kind: 'exec', bytes: new Uint8Array(1) },
  ])('a page that sends %j is not understood, and nothing happens', async (message) => {
    const bench = new Bench(place);
    const key = await bench.live();
    const page = new FakePage();
    const bytesOf = bench.registry.bytes(key);
    bytesOf.attach(page);
    bytesOf.receive(page, message);
    expect([bench.channel.written, bench.channel.sizes, page.isClosed]).toEqual([[], [], false]);
  });

  test('figures of a session that has no channel yet are zeros', async () => {
    const bench = new Bench(place);
    const { key } = bench.registry.start(request);
    expect(await bench.registry.stats(key)).toEqual({ key, resends: 0, bytesIn: 0, bytesOut: 0 });
  });
});

describe('when the worker dies', () => {
  const place = 'a worker';

  test('its sessions have failed, and can be started again in a new one with the same page', async () => {
    const bench = new Bench(place);
    const key = await bench.live();
    const page = new FakePage();
    const bytesOf = bench.registry.bytes(key);
    bytesOf.attach(page);
    bench.workers[0]?.die();
    expect(bench.summary().state).toMatchObject({ kind: 'ended', end: { kind: 'failed' } });
    bench.registry.restart(key, 80, 24);
    await turns();
    bench.channel.tell({ kind: 'live' });
    bench.channel.options.onOutput(bytes('here again'));
    bytesOf.receive(page, { kind: 'input', bytes: bytes('ls') });
    expect([bench.workers.length, page.text, bench.channel.written]).toEqual([2, 'here again', ['ls']]);
  });

  test('whoever waited for figures gets none', async () => {
    const bench = new Bench(place);
    const { key } = bench.registry.start(request);
    await turns();
    const asked = bench.registry.stats(key);
    bench.workers[0]?.die();
    expect(await asked).toMatchObject({ bytesIn: expect.any(Number) as number });
  });
});
