import { setTimeout as sleep } from 'node:timers/promises';
import { startClient } from './client-process.mjs';
import { freePort, openDownload, openUpload } from './local-program.mjs';
import { cpuOf, cpuOfTree, peakMegabytes } from './process-cost.mjs';

/** Let go by before measuring: code that is not compiled yet, buffers that are not full yet. */
const warmUpMs = 700;
const patienceMs = 30_000;

/**
 * @typedef {{ megabytesPerSecond: number, cpuSecondsPerGigabyte: number, peakMegabytes: number, cores: number, farCores: number, localCores: number, slowestToFastest?: number }} Rate
 * MB are 10^6 bytes, GB 10^9. CPU is that of the client alone, with whatever it has started; the cores that the far side and
 * the local programs had in use say whether one of them was the limit.
 */

/**
 * Bytes as they pass at the receiving end for `seconds`, and what the client spent on them.
 *
 * @param {{ pid: number, farPid?: number, bytes: () => number | Promise<number>, failed: Promise<never>, seconds: number }} work
 * @returns {Promise<Rate>}
 */
export async function measureRate({ pid, farPid, bytes, failed, seconds }) {
  await Promise.race([failed, arrived(bytes)]);
  await Promise.race([failed, sleep(warmUpMs)]);
  const look = async () => ({
    at: performance.now(),
    cpu: pid === process.pid ? cpuOf(pid) : cpuOfTree(pid),
    far: farPid === undefined ? 0 : cpuOf(farPid),
    local: cpuOf(process.pid),
    bytes: await bytes(),
  });
  const before = await look();
  await Promise.race([failed, sleep(seconds * 1000)]);
  const after = await look();
  const count = after.bytes - before.bytes;
  const took = (after.at - before.at) / 1000;
  return {
    megabytesPerSecond: count / 1e6 / took,
    cpuSecondsPerGigabyte: (after.cpu - before.cpu) / (count / 1e9),
    cores: (after.cpu - before.cpu) / took,
    farCores: (after.far - before.far) / took,
    localCores: (after.local - before.local) / took,
    peakMegabytes: peakMegabytes(pid),
  };
}

async function arrived(bytes) {
  const until = performance.now() + patienceMs;
  while ((await bytes()) === 0) {
    if (performance.now() > until) throw new Error('Nothing arrives at the other end.');
    await sleep(10);
  }
}

/** @param {import('./client-process.mjs').Client} client */
export async function portDownload(farSide, client, seconds, connections = 1) {
  const localPort = await freePort();
  const session = await farSide.start({ kind: 'port', localPort });
  const running = startClient(client, session);
  const programs = [];
  try {
    for (let count = 0; count < connections; count += 1)
      programs.push(await Promise.race([running.failed, openDownload(localPort)]));
    const failed = Promise.race([running.failed, ...programs.map((program) => program.failed)]);
    failed.catch(() => {});
    const each = () => programs.map((program) => program.bytes());
    let start;
    const rate = await measureRate({
      pid: running.pid,
      farPid: farSide.pid,
      bytes: () => {
        start ??= each();
        return each().reduce((sum, bytes) => sum + bytes, 0);
      },
      failed,
      seconds,
    });
    const shares = each().map((bytes, index) => bytes - start[index]);
    return { ...rate, slowestToFastest: Math.min(...shares) / Math.max(...shares) };
  } finally {
    for (const program of programs) program.close();
    await running.end();
  }
}

/** @param {import('./client-process.mjs').Client} client */
export async function portUpload(farSide, client, seconds) {
  const localPort = await freePort();
  const session = await farSide.start({ kind: 'port', localPort });
  const running = startClient(client, session);
  let program;
  try {
    program = await Promise.race([running.failed, openUpload(localPort)]);
    return await measureRate({
      pid: running.pid,
      farPid: farSide.pid,
      bytes: () => farSide.received(session.response.SessionId),
      failed: Promise.race([running.failed, program.failed]),
      seconds,
    });
  } finally {
    program?.close();
    await running.end();
  }
}

/** A shell that prints without end, read from the client's standard output. */
export async function shellFlood(farSide, client, seconds) {
  const session = await farSide.start({ kind: 'shell' });
  const running = startClient(client, session);
  try {
    let bytes = 0;
    const prompted = new Promise((resolve) => {
      running.stdout.on('data', (chunk) => {
        bytes += chunk.length;
        if (/[$#] ?$/.test(chunk.subarray(-2).toString('latin1'))) resolve();
      });
    });
    await Promise.race([running.failed, prompted]);
    bytes = 0;
    running.stdin.write(`yes ${'0123456789 '.repeat(6)}\r`);
    return await measureRate({
      pid: running.pid,
      farPid: farSide.pid,
      bytes: () => bytes,
      failed: running.failed,
      seconds,
    });
  } finally {
    await running.end();
  }
}
