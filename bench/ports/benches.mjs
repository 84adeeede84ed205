import { target } from '../report.mjs';
import { latency, median, quantile, round } from '../statistics.mjs';
import { echoTimes, timeToPrompt, timesToPromptWithin } from './answer-times.mjs';
import { inTurn, ratioOf, summary } from './paired.mjs';
import { benchScale } from './scale.mjs';
import { portDownload, portUpload, shellFlood } from './transfer.mjs';

const parallelConnections = 8;
const keysPerRun = 100;
/** A start is short, so there is time for more of them than of anything else. */
const startsPerRun = 5;

const throughput = 'megabytesPerSecond';
const cpu = 'cpuSecondsPerGigabyte';

/** The benches by name; each answers its figures and its targets, which need another client to be compared with. */
export const benches = {
  'port-download': (bench) =>
    transfer(bench, {
      measure: (client) => portDownload(bench.farSide, client, bench.seconds),
      bare: bench.bare && (() => bench.bare.download(bench.seconds)),
      targets: { [throughput]: ['atLeast', 1], [cpu]: ['atMost', 1] },
    }),
  'port-upload': (bench) =>
    transfer(bench, {
      measure: (client) => portUpload(bench.farSide, client, bench.seconds),
      bare: bench.bare && (() => bench.bare.upload(bench.seconds)),
      targets: { [throughput]: ['atLeast', 10], [cpu]: ['atMost', 0.1] },
    }),
  'port-parallel': (bench) =>
    transfer(bench, {
      measure: (client) => portDownload(bench.farSide, client, bench.seconds, parallelConnections),
      bare: bench.bare && (() => bench.bare.download(bench.seconds)),
      targets: { [throughput]: ['atLeast', 1], [cpu]: ['atMost', 1] },
    }),
  'shell-flood': (bench) =>
    transfer(bench, {
      measure: (client) => shellFlood(bench.farSide, client, bench.seconds),
      bare: bench.bare && (() => bench.bare.flood(bench.seconds)),
      targets: { [throughput]: ['atLeast', 1], [cpu]: ['atMost', 1] },
    }),
  connect,
  echo,
  scale: ({ programs, farSide, runs, seconds }) =>
    benchScale(programs['many-sessions'], farSide, { runs, seconds }),
};

/** Bytes through each client, and through the bare loop as the ceiling of the far side where that is the bench's own. */
async function transfer({ ours, other, runs }, { measure, bare, targets }) {
  const bareLoop = { name: 'bare loop' };
  const measured = await inTurn(
    present(ours, other, bare && bareLoop),
    runs,
    (client) => (client === bareLoop ? bare() : measure(client)),
    sayRate,
  );
  const ceiling = measured[bareLoop.name];
  const figures = {
    unit: 'MB/s',
    ours: summary(measured.ours),
    ...(other && { other: summary(measured.other) }),
    ...(ceiling && {
      bareLoop: summary(ceiling),
      oursToBareLoop: ratioOf(measured.ours, ceiling, throughput),
    }),
  };
  if (other === undefined) return { ...figures, targets: [] };
  const ratios = Object.fromEntries(
    Object.keys(targets).map((figure) => [figure, ratioOf(measured.ours, measured.other, figure)]),
  );
  return {
    ...figures,
    ...(ceiling && { otherToBareLoop: ratioOf(measured.other, ceiling, throughput) }),
    oursToOther: ratios,
    targets: Object.entries(targets).map(([figure, [direction, limit]]) =>
      target(`${figure}, ours to other`, ratios[figure].median, direction, limit, 'times'),
    ),
  };
}

const present = (...clients) => clients.filter((client) => client !== undefined);

function sayRate(rate) {
  return (
    `${round(rate[throughput], 2)} MB/s, ${round(rate[cpu], 1)} CPU s/GB, peak ${round(rate.peakMegabytes, 0)} MB; cores in use: ` +
    `client ${round(rate.cores)}, far side ${round(rate.farCores)}, local programs ${round(rate.localCores)}`
  );
}

/**
 * From StartSession's answer to the prompt, less what the far side itself lets pass between the open and its first word.
 *
 * The official client is a process that is started once StartSession has answered, and so is our drop-in for it. The app and
 * `connect` of our CLI call StartSession themselves: their process runs already.
 */
async function connect({ farSide, bare, programs, ours, other, runs }) {
  const bareLoop = { name: 'bare loop' };
  const within = { name: 'ours within' };
  const measured = await inTurn(
    present(ours, within, other, bare && bareLoop),
    runs * startsPerRun,
    async (client) => {
      if (client === within) return timesToPromptWithin(farSide, programs['many-sessions']);
      if (client !== bareLoop) return timeToPrompt(farSide, client);
      const { totalMs, farMs } = await bare.firstOutput();
      return { milliseconds: totalMs, farWait: farMs };
    },
    ({ milliseconds, nextMilliseconds }) =>
      `${round(milliseconds, 1)} ms${nextMilliseconds === undefined ? '' : `, the next session ${round(nextMilliseconds, 1)} ms`}`,
  );
  const farWait = Math.min(...measured[(bare ? bareLoop : within).name].map((one) => one.farWait));
  const net = ({ name }, figure = 'milliseconds') =>
    measured[name].map((one) => ({ milliseconds: one[figure] - farWait }));
  const next = net(within, 'nextMilliseconds');
  const figures = {
    unit: 'ms',
    farWait: round(farWait),
    oursWithinProcess: summary(net(within)),
    oursNextWithinProcess: summary(next),
    oursAsPlugin: summary(net(ours)),
    ...(bare && { bareLoop: summary(net(bareLoop)) }),
  };
  if (other === undefined) return { ...figures, targets: [] };
  const ratios = {
    withinProcess: ratioOf(net(within), net(other), 'milliseconds'),
    nextWithinProcess: ratioOf(next, net(other), 'milliseconds'),
    asPlugin: ratioOf(net(ours), net(other), 'milliseconds'),
  };
  return {
    ...figures,
    other: summary(net(other)),
    oursToOther: ratios,
    targets: Object.entries({
      'our running process, first session': ratios.withinProcess,
      'our running process, next session': ratios.nextWithinProcess,
      'our plugin': ratios.asPlugin,
    }).map(([whose, ratio]) =>
      target(`StartSession to prompt, ${whose} to other`, ratio.median, 'atMost', 1, 'times'),
    ),
  };
}

async function echo({ farSide, ours, other, runs }) {
  const measured = await inTurn(
    present(ours, other),
    runs,
    (client) => echoTimes(farSide, client, keysPerRun),
    (times) => `p50 ${round(median(times))} ms, p95 ${round(quantile(times, 0.95))} ms`,
  );
  const p50 = (runsOf) => runsOf.map((times) => ({ milliseconds: median(times) }));
  const figures = {
    unit: 'ms',
    ours: { ...latency(measured.ours.flat()), medians: summary(p50(measured.ours)) },
  };
  if (other === undefined) return { ...figures, targets: [] };
  const ratio = ratioOf(p50(measured.ours), p50(measured.other), 'milliseconds');
  return {
    ...figures,
    other: { ...latency(measured.other.flat()), medians: summary(p50(measured.other)) },
    oursToOther: ratio,
    targets: [target('echo p50, ours to other', ratio.median, 'atMost', 1, 'times')],
  };
}
