import { describe, expect, test } from 'vitest';
import { keptOutputBytes, maxReadBytes } from '../../src/shared/commands.ts';
import type { SessionDocument } from '../../src/aws/session-document.ts';
import { held, plainDocument, turns } from './support/fake-service.ts';
import { Bench, bytes, places } from './support/registry-bench.ts';

const request = { profileId: 'p', target: 'i-1', nodeName: 'web-1', command: 'systemctl is-active nginx' };

const separating = plainDocument('AWS-StartNonInteractiveCommand', {
  sessionType: 'NonInteractiveCommands',
  separatesOutput: { parameter: 'separateOutputStream', value: 'True' },
});

/** A command whose session is live; its key. */
async function live(bench: Bench, document: SessionDocument | undefined = separating): Promise<string> {
  bench.service.nextPlane.startAnswer = () =>
    Promise.resolve({
      sessionId: 's-1',
      tokenValue: 't',
      streamUrl: 'wss://x',
      handshake: 'expected',
      ...(document === undefined ? {} : { document }),
    });
  const { key } = bench.commands.run(request);
  await turns();
  bench.channel.tell({ kind: 'live' });
  return key;
}

const runOf = (bench: Bench) =>
  bench.commands.list()[0] as NonNullable<ReturnType<Bench['commands']['list']>[0]>;

async function textOf(bench: Bench, key: string): Promise<{ stdout: string; stderr: string }> {
  const { stdout, stderr } = await bench.commands.read(key, 0, 0);
  const decoder = new TextDecoder();
  return { stdout: decoder.decode(stdout.bytes), stderr: decoder.decode(stderr.bytes) };
}

const closed = { kind: 'ended', end: { kind: 'closed', message: '', isOutputIncomplete: false } } as const;

describe.each(places)('a command, with the bytes in %s', (place) => {
  test('shows what it printed on either stream, and its exit code', async () => {
    const bench = new Bench(place);
    const key = await live(bench);
    bench.channel.options.onOutput(bytes('active\n'));
    bench.channel.options.onStdErr?.(bytes('warning\n'));
    bench.channel.options.onOutput(bytes('done\n'));
    bench.channel.options.onExitCode?.(3);
    bench.channel.tell(closed);
    expect(runOf(bench)).toMatchObject({
      key,
      command: 'systemctl is-active nginx',
      nodeName: 'web-1',
      state: { kind: 'ended', end: { kind: 'closed' } },
      streams: 'separate',
      exitCode: 3,
      stdout: { total: 12, dropped: 0 },
      stderr: { total: 8, dropped: 0 },
    });
    expect(await textOf(bench, key)).toEqual({ stdout: 'active\ndone\n', stderr: 'warning\n' });
  });

  test('asks for separate streams where the document offers them', async () => {
    const bench = new Bench(place);
    await live(bench);
    const { parameters, ...asked } = bench.plane.requests[0] as (typeof bench.plane.requests)[0];
    expect(asked).toEqual({
      target: 'i-1',
      documentName: 'AWS-StartNonInteractiveCommand',
      sessionTypes: ['NonInteractiveCommands'],
    });
    const given = typeof parameters === 'function' ? [separating, undefined].map(parameters) : [];
    const command = ['systemctl is-active nginx'];
    expect(given).toEqual([{ command, separateOutputStream: ['True'] }, { command }]);
  });

  test.each([
    [plainDocument('Ours', { sessionType: 'NonInteractiveCommands' }), 'joined'],
    [plainDocument('Ours', { separatesOutput: true }), 'separate'],
    [undefined, 'unknown'],
  ] as const)('says how its streams come with the document %j: %s', async (document, streams) => {
    const bench = new Bench(place);
    bench.service.nextPlane.startAnswer = () =>
      Promise.resolve({
        sessionId: 's-1',
        tokenValue: 't',
        streamUrl: 'wss://x',
        handshake: 'expected',
        ...(document === undefined ? {} : { document }),
      });
    bench.commands.run(request);
    await turns();
    expect(runOf(bench).streams).toBe(streams);
    expect(runOf(bench)).not.toHaveProperty('exitCode');
  });

  test('leaves an entry in history with its exit code, and without its text', async () => {
    const bench = new Bench(place);
    const key = await live(bench);
    bench.channel.options.onExitCode?.(0);
    bench.channel.tell(closed);
    expect(bench.notes.lines.slice(-2)).toEqual([`${key} {"exitCode":0}`, `${key} ended closed`]);
    expect(bench.notes.entries).toMatchObject([
      { kind: 'command', documentName: 'AWS-StartNonInteractiveCommand' },
    ]);
    expect(JSON.stringify(bench.notes)).not.toContain('nginx');
  });

  test('that prints very much keeps the end of it, and tells how much is gone', async () => {
    const bench = new Bench(place);
    const key = await live(bench);
    for (let step = 0; step < 3 * keptOutputBytes; step += 65_536) {
      bench.channel.options.onOutput(new Uint8Array(65_536).fill(step / 65_536));
    }
    bench.clock.advance(200);
    expect(runOf(bench).stdout).toEqual({ total: 3 * keptOutputBytes, dropped: 2 * keptOutputBytes });
    const { stdout } = await bench.commands.read(key, 0, 0);
    expect([stdout.from, stdout.bytes.length, stdout.total]).toEqual([
      2 * keptOutputBytes,
      maxReadBytes,
      3 * keptOutputBytes,
    ]);
    expect(stdout.bytes[0]).toBe((2 * keptOutputBytes) / 65_536);
  });

  test('is read in pieces that join without a gap', async () => {
    const bench = new Bench(place);
    const key = await live(bench);
    const printed = Uint8Array.from({ length: 600_000 }, (_none, at) => at % 251);
    bench.channel.options.onOutput(printed);
    const pieces: number[] = [];
    let from = 0;
    for (;;) {
      const { stdout } = await bench.commands.read(key, from, 0);
      if (stdout.bytes.length === 0) break;
      expect(Buffer.compare(stdout.bytes, printed.subarray(from, from + stdout.bytes.length))).toBe(0);
      pieces.push(stdout.bytes.length);
      from = stdout.from + stdout.bytes.length;
    }
    expect(pieces).toEqual([maxReadBytes, maxReadBytes, 600_000 - 2 * maxReadBytes]);
  });

  test('asked for what it has not printed answers with nothing', async () => {
    const bench = new Bench(place);
    const key = await live(bench);
    bench.channel.options.onOutput(bytes('abc'));
    expect(await bench.commands.read(key, 99, 0)).toMatchObject({ stdout: { from: 3, total: 3 } });
  });

  test('tells that more has come at once, then five times a second at most', async () => {
    const bench = new Bench(place);
    await live(bench);
    const before = bench.commandNews.length;
    bench.channel.options.onOutput(bytes('a'));
    expect(bench.commandNews.length).toBe(before + 1);
    for (let step = 0; step < 100; step += 1) {
      bench.channel.options.onOutput(bytes('a'));
      bench.clock.advance(10);
    }
    expect(bench.commandNews.length).toBe(before + 6);
  });

  test('is cancelled as by Ctrl-C, and its session is ended when it does not react', async () => {
    const bench = new Bench(place);
    const key = await live(bench);
    bench.commands.cancel(key);
    expect([bench.channel.written, runOf(bench).isCancelling]).toEqual([['\u0003'], true]);
    bench.clock.advance(4999);
    await turns();
    expect(bench.plane.calls).not.toContain('terminate s-1');
    bench.clock.advance(1);
    await turns();
    expect(bench.plane.calls.at(-1)).toBe('terminate s-1');
    expect(runOf(bench).state).toMatchObject({ kind: 'ended', end: { kind: 'ended-by-user' } });
  });

  test('that is being cancelled says so before anything else happens', async () => {
    const bench = new Bench(place);
    const key = await live(bench);
    bench.commands.cancel(key);
    expect(bench.commandNews.at(-1)).toMatchObject({ isCancelling: true, state: { kind: 'live' } });
  });

  test('that does not react is ended at once when the user asks again', async () => {
    const bench = new Bench(place);
    const key = await live(bench);
    bench.commands.cancel(key);
    bench.commands.cancel(key);
    await turns();
    expect([bench.channel.written, bench.plane.calls.at(-1)]).toEqual([['\u0003'], 'terminate s-1']);
    expect(runOf(bench).state).toMatchObject({ kind: 'ended', end: { kind: 'ended-by-user' } });
  });

  test('that reacts to Ctrl-C ends by itself', async () => {
    const bench = new Bench(place);
    const key = await live(bench);
    bench.commands.cancel(key);
    bench.channel.options.onExitCode?.(-1);
    bench.channel.tell(closed);
    expect(bench.clock.pending).toBe(0);
    bench.clock.advance(60_000);
    await turns();
    expect(bench.plane.calls).not.toContain('terminate s-1');
    expect(runOf(bench)).toMatchObject({ exitCode: -1, state: { end: { kind: 'closed' } } });
  });

  test('cancelled before it runs ends at once', async () => {
    const bench = new Bench(place);
    const answer = held<never>();
    bench.service.nextPlane.startAnswer = () => answer.promise;
    const { key } = bench.commands.run(request);
    await turns();
    bench.commands.cancel(key);
    await turns();
    expect(runOf(bench).state).toMatchObject({ kind: 'ended', end: { kind: 'ended-by-user' } });
  });

  test('is encrypted with a key that main asks KMS for', async () => {
    const bench = new Bench(place);
    await live(bench);
    expect(bench.channel.options).toMatchObject({ target: 'i-1', handshake: 'expected' });
    const key = await bench.channel.options.generateDataKey?.({ keyId: 'k', encryptionContext: {} });
    expect([key?.plaintext.length, bench.plane.calls.at(-1)]).toEqual([64, 'data key']);
    bench.channel.options.onEstablished?.({
      sessionType: 'NonInteractiveCommands',
      properties: { a: 'secret' },
      agentVersion: '3.3.1142.0'.padEnd(100, '0'),
      isEncrypted: true,
      customerMessage: 'x'.repeat(5000),
    });
    const { channel } = runOf(bench);
    expect([channel?.isEncrypted, channel?.agentVersion?.length, channel?.customerMessage.length]).toEqual([
      true,
      64,
      2000,
    ]);
    expect(JSON.stringify(runOf(bench))).not.toContain('secret');
  });

  test('whose document turns out to start a shell is ended, here and at the service', async () => {
    const bench = new Bench(place);
    await live(bench, undefined);
    bench.channel.options.onEstablished?.({
      sessionType: 'Standard_Stream',
      properties: {},
      isEncrypted: false,
      customerMessage: '',
    });
    await turns();
    expect(bench.plane.calls.at(-1)).toBe('terminate s-1');
    expect(runOf(bench).state).toMatchObject({
      end: { kind: 'failed', error: { code: 'document-not-session' } },
    });
  });

  test('is forgotten with its output once it has ended, not before', async () => {
    const bench = new Bench(place);
    const key = await live(bench);
    expect(() => bench.commands.forget(key)).toThrow('The command still runs.');
    bench.channel.tell(closed);
    bench.commands.forget(key);
    expect([bench.forgotten, bench.commands.list()]).toEqual([[key], []]);
    expect(() => bench.commands.read(key, 0, 0)).toThrow('There is no such command');
  });

  test('leaves after twenty others have ended, so that output does not pile up', async () => {
    const bench = new Bench(place);
    const keys: string[] = [];
    for (let count = 0; count < 22; count += 1) {
      keys.push(await live(bench));
      bench.channel.tell(closed);
    }
    expect(bench.forgotten).toEqual([keys[0]]);
    expect(bench.commands.list().map(({ key }) => key)).toEqual(keys.slice(1).toReversed());
  });
});
