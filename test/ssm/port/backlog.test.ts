import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Backlog, makeTunnelStore } from '../../../src/ssm/node/port/backlog.ts';
import { SpoolFile } from '../../../src/ssm/node/port/spool-file.ts';
import type { PortLimits } from '../../../src/ssm/port/reading-policy.ts';
import { seededRandom } from '../support/random.ts';

const mebibyte = 1024 * 1024;
const limits: PortLimits = {
  connectionMemoryBytes: 2 * mebibyte,
  tunnelMemoryBytes: 8 * mebibyte,
  spoolBytes: 64 * mebibyte,
  soleConnectionBytes: mebibyte,
};

const openFiles = (): number => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);

/** A backlog whose news can be waited for. */
function makeBacklog(store = makeTunnelStore(limits)) {
  let wake = (): void => {};
  const backlog = new Backlog(
    store,
    () => wake(),
    (error) => {
      throw error;
    },
  );
  /** The next chunk, as soon as there is one. */
  const next = async (): Promise<Uint8Array> => {
    for (;;) {
      const chunk = backlog.take();
      if (chunk !== undefined) return chunk;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const until = async (isTrue: () => boolean): Promise<void> => {
    while (!isTrue())
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  };
  return { backlog, store, next, until };
}

describe('what a slow local program has not taken', () => {
  it('stays in memory up to its bound, and is ready at once', () => {
    const { backlog, store } = makeBacklog();
    backlog.push(Buffer.alloc(mebibyte, 1));
    backlog.push(Buffer.alloc(mebibyte, 2));
    expect([backlog.bytes, store.memoryBytes, store.spooledBytes]).toEqual([2 * mebibyte, 2 * mebibyte, 0]);
    expect(backlog.take()?.[0]).toBe(1);
    backlog.close();
    expect(store).toMatchObject({ memoryBytes: 0, spooledBytes: 0 });
  });

  it('goes to files beyond it, comes back in order, and leaves nothing', async () => {
    const filesBefore = openFiles();
    const { backlog, store, next, until } = makeBacklog();
    const written = randomBytes(24 * mebibyte);
    for (let at = 0; at < written.length; at += 60_000) backlog.push(written.subarray(at, at + 60_000));
    await until(() => store.memoryBytes <= limits.connectionMemoryBytes + 60_000);
    expect(store.spooledBytes).toBeGreaterThan(21 * mebibyte);
    const read: Uint8Array[] = [];
    for (let bytes = 0; bytes < written.length; bytes += (read.at(-1) as Uint8Array).length)
      read.push(await next());
    expect(Buffer.concat(read).equals(written)).toBe(true);
    expect([backlog.bytes, store.memoryBytes, store.spooledBytes]).toEqual([0, 0, 0]);
    await eventually(() => openFiles() <= filesBefore);
  });

  it('is given back in order whatever the order of giving and taking', async () => {
    const random = seededRandom(7);
    const { backlog, store, next } = makeBacklog(
      makeTunnelStore({ ...limits, connectionMemoryBytes: 64 * 1024 }),
    );
    let given = 0;
    let taken = 0;
    const pattern = (start: number, length: number): Buffer =>
      Buffer.from(Uint8Array.from({ length }, (_, index) => (start + index) % 251));
    for (let step = 0; step < 400; step += 1) {
      for (let count = Math.floor(random() * 3); count > 0; count -= 1) {
        const bytes = pattern(given, 1 + Math.floor(random() * 60_000));
        given += bytes.length;
        backlog.push(bytes);
      }
      while (taken < given && random() < 0.4) {
        const chunk = await next();
        if (!pattern(taken, chunk.length).equals(chunk))
          throw new Error(`Wrong bytes at ${taken}, step ${step}.`);
        taken += chunk.length;
      }
    }
    while (taken < given) taken += (await next()).length;
    expect([backlog.bytes, store.memoryBytes, store.spooledBytes]).toEqual([0, 0, 0]);
  });

  it('stays in memory where the files are full', async () => {
    const { backlog, store, until } = makeBacklog(makeTunnelStore({ ...limits, spoolBytes: 3 * mebibyte }));
    for (let count = 0; count < 8; count += 1) backlog.push(Buffer.alloc(mebibyte, count));
    await until(() => store.spooledBytes === 3 * mebibyte);
    expect([backlog.bytes, store.memoryBytes]).toEqual([8 * mebibyte, 5 * mebibyte]);
    backlog.close();
    expect(store).toMatchObject({ memoryBytes: 0, spooledBytes: 0 });
  });
});

describe('a file of it', () => {
  it('has no name in the folder and holds nothing readable', async () => {
    const secret = Buffer.from('what passes through a tunnel is nobody’s business'.repeat(100));
    const file = await SpoolFile.create();
    await file.append(secret);
    if (process.platform === 'linux') {
      expect(readdirSync(tmpdir()).filter((name) => name.startsWith('nodewharf-spool'))).toEqual([]);
      expect(rawBytesOfSpools().some((bytes) => bytes.includes('business'))).toBe(false);
      expect(rawBytesOfSpools().some((bytes) => bytes.length === secret.length)).toBe(true);
    }
    expect(Buffer.from(await file.take(1_000_000)).equals(secret)).toBe(true);
    await file.close();
  });
});

/** What lies on the disk in the files without a name that this process has open. */
function rawBytesOfSpools(): Buffer[] {
  const folder = '/proc/self/fd';
  return readdirSync(folder).flatMap((fd) => {
    try {
      return readlinkSync(join(folder, fd)).includes('nodewharf-spool')
        ? [readFileSync(join(folder, fd))]
        : [];
    } catch {
      return [];
    }
  });
}

async function eventually(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}
