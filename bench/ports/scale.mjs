import { setTimeout as sleep } from 'node:timers/promises';
import { say, target } from '../report.mjs';
import { median, round, spread } from '../statistics.mjs';
import { openHolder } from './session-holder.mjs';

/** A busy log on each screen: 80 KB/s in bursts, and ten keys a second. */
const traffic = { messages: 4, everyMs: 50 };
const counts = [1, 10, 100];
const settleMs = 1500;
const warmUpSessions = 30;

/**
 * What a session costs when it is one of 1, 10 and 100 in a process: CPU by the second of steady traffic, and memory above
 * that of the same process with its code loaded and no session. Rounds over all counts, so that a busy moment strikes each.
 */
export async function benchScale(program, farSide, { runs, seconds }) {
  const measured = Object.fromEntries(counts.map((count) => [count, []]));
  for (let run = 0; run < runs; run += 1) {
    for (const count of counts) {
      const one = await measureCount(program, farSide, count, seconds);
      measured[count].push(one);
      say(
        `${run + 1}/${runs} ${count} sessions: ${round(one.cpuMillisecondsPerSecond, 2)} ms CPU a second and ` +
          `${round(one.kilobytes, 0)} KB (resident ${round(one.residentKilobytes, 0)} KB) a session, ${round(one.megabytesPerSecond, 2)} MB/s in all`,
      );
    }
  }
  const of = (count, figure) => median(measured[count].map((one) => one[figure]));
  const growth = (figure) => round(of(100, figure) / of(10, figure), 3);
  const growthFromOne = (figure) => round(of(100, figure) / of(1, figure), 3);
  return {
    traffic,
    sessions: Object.fromEntries(
      counts.map((count) => [
        count,
        Object.fromEntries(
          Object.keys(measured[count][0]).map((figure) => [
            figure,
            spread(
              measured[count].map((one) => one[figure]),
              3,
            ),
          ]),
        ),
      ]),
    ),
    targets: [
      target('CPU a session, 100 to 1', growthFromOne('cpuMillisecondsPerSecond'), 'atMost', 1.2, 'times'),
      target('CPU a session, 100 to 10', growth('cpuMillisecondsPerSecond'), 'atMost', 1.2, 'times'),
      target('memory a session, 100 to 1', growthFromOne('kilobytes'), 'atMost', 1.2, 'times'),
      target('memory a session, 100 to 10', growth('kilobytes'), 'atMost', 1.2, 'times'),
    ],
  };
}

async function measureCount(program, farSide, count, seconds) {
  const holder = await openHolder(program);
  const ask = holder.ask;
  const open = async (number) => {
    const started = await Promise.all(
      Array.from({ length: number }, () => farSide.start({ kind: 'shell', traffic })),
    );
    await ask(
      'open',
      started.map(({ response }) => response),
    );
    await sleep(settleMs);
  };
  try {
    // Sessions come and go first: what is loaded and compiled once is not the price of a session.
    await open(warmUpSessions);
    await ask('end');
    await sleep(300);
    const empty = await ask('look');
    await open(count);
    const before = await ask('look');
    await sleep(seconds * 1000);
    const after = await ask('cost');
    const full = await ask('look');
    const took = (after.at - before.at) / 1000;
    return {
      cpuMillisecondsPerSecond: ((after.cpuSeconds - before.cpuSeconds) * 1000) / took / count,
      kilobytes: (full.used - empty.used) / 1000 / count,
      residentKilobytes: (full.rss - empty.rss) / 1000 / count,
      megabytesPerSecond: (after.bytes - before.bytes) / 1e6 / took,
    };
  } finally {
    holder.close();
    await farSide.endSessions();
  }
}
