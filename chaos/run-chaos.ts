import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { ChaosCommand } from './command-line.ts';
import { FarEnds } from './far-ends.ts';
import { startLabProcess } from './lab-process.ts';
import { isClean, type Lane, type LaneVerdict } from './lane.ts';
import { type MemoryFigures, MemoryLog, memoryOf, ownMemory } from './memory.ts';
import { seededRandom } from './random.ts';
import { makeSabotage } from './sabotage.ts';
import { startShellTraffic } from './shell-traffic.ts';
import type { Traffic } from './traffic.ts';
import { startTunnelTraffic } from './tunnel-traffic.ts';
import { blow, calm } from './weather.ts';

export interface ChaosReport {
  minutes: number;
  seed: number;
  sessions: number;
  shortConnections: number;
  /** Judged at their far or near end. */
  bytes: number;
  cuts: number;
  cutsWithUnackedData: number;
  resumes: number;
  resends: number;
  lostBytes: number;
  repeatedBytes: number;
  reorderedBytes: number;
  foreignBytes: number;
  /** Of this process: our client, and the near ends. */
  startMemoryMB: number;
  endMemoryMB: number;
  peakMemoryMB: number;
  labStartMemoryMB: number;
  labEndMemoryMB: number;
  labPeakMemoryMB: number;
  cpuSeconds: number;
  /** In sentences; none where all went well. */
  failures: string[];
}

const labProgram = join(import.meta.dirname, '..', 'node', 'lab.js');

const shells = 2;
/** Tunnels with the multiplexer, each with lasting connections and a row of short ones. */
const tunnels = 2;
const longLanesOfATunnel = 2;
/** An agent that is too old for the multiplexer. */
const oldAgentVersion = '3.0.100.0';
const lanes = shells + tunnels * (longLanesOfATunnel + 1) + 1;
/** Of a fault; about three in four are cuts. */
const meanPauseMs = 1300;
const lookMs = 1000;
/**
 * Far above the longest outage. The agent sends one message a round trip again after a cut, so on a machine that is
 * otherwise busy a recovery can take minutes; a long run can wait for that and a short one cannot.
 */
const stillLimitMs = (minutes: number): number => Math.min(20_000 + minutes * 15_000, 300_000);
const unackedShare = 0.8;

/** Runs everything once. `onProgress` is told once a minute, and in a short run more often. */
export async function runChaos(
  command: ChaosCommand,
  onProgress: (line: string) => void,
): Promise<ChaosReport> {
  const { minutes, seed, rateMB } = command;
  const random = seededRandom(seed);
  const farEnds = await FarEnds.listen();
  const labs = await Promise.all([
    startLabProcess(labProgram),
    startLabProcess(labProgram, ['--agent-version', oldAgentVersion]),
  ]);
  const [lab, oldLab] = labs;
  const far = spawn(
    process.execPath,
    [join(import.meta.dirname, 'far-end.js'), String(farEnds.port), 'server', 'tcp'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  try {
    const farServer = await farEnds.named('server');
    let lastId = 0;
    const newId = (): number => {
      lastId += 2;
      return lastId;
    };
    const perLane = (rateMB * 1e6) / lanes;
    const common = {
      rate: { up: perLane * 0.45, down: perLane * 0.55 },
      stillLimitMs: stillLimitMs(minutes),
      sabotage: makeSabotage(command.sabotage),
      random: seededRandom(seed + 1),
      newId,
    };
    const traffic = await Promise.all([
      ...Array.from({ length: shells }, () => startShellTraffic(newId(), lab, farEnds, common)),
      ...Array.from({ length: tunnels }, (_, index) =>
        startTunnelTraffic(lab, farEnds, farServer, {
          ...common,
          name: `tunnel ${index + 1}`,
          longLanes: longLanesOfATunnel,
          shortRows: 1,
        }),
      ),
      startTunnelTraffic(oldLab, farEnds, farServer, {
        ...common,
        name: 'basic tunnel',
        longLanes: 1,
        shortRows: 0,
      }),
    ]);
    const log = { own: new MemoryLog(ownMemory), lab: new MemoryLog(() => memoryOf(lab.pid)) };
    const startedAt = performance.now();
    const until = startedAt + minutes * 60_000;
    let problems: string[] = [];
    let nextLineAt = startedAt + lineMs(minutes);
    const look = setInterval(() => {
      log.own.sample();
      log.lab.sample();
      problems = problemsOf(traffic);
      if (performance.now() < nextLineAt) return;
      nextLineAt += lineMs(minutes);
      onProgress(progressLine(startedAt, traffic, log));
    }, lookMs);
    while (performance.now() < until && problems.length === 0) {
      await blow(
        traffic.map(({ watch }) => watch),
        random,
      );
      await pause(Math.min(calm(meanPauseMs, random), Math.max(until - performance.now(), 0)));
    }
    clearInterval(look);
    if (problems.length > 0) for (const { watch } of traffic) onProgress(await watch.describe());
    const verdicts = (await Promise.all(traffic.map((each) => each.finish()))).flat();
    return conclude(command, traffic, verdicts, problems, log);
  } finally {
    await farEnds.close();
    far.kill('SIGTERM');
    await Promise.all(labs.map((each) => each.close()));
  }
}

/** A line a minute; in a short run a tenth of it. */
const lineMs = (minutes: number): number => Math.min(60_000, minutes * 6_000);

interface Logs {
  own: MemoryLog;
  lab: MemoryLog;
}

/** What is wrong already, so that the run need not go on. */
function problemsOf(traffic: readonly Traffic[]): string[] {
  return traffic.flatMap(({ watch, lanes, shorts }) => [
    ...lanes()
      .filter(({ standsStill }) => standsStill)
      .map(({ name }) => `${name} stands still`),
    ...(watch.state.kind === 'ended' ? [`${watch.name} has ended: ${watch.state.end.kind}`] : []),
    ...shorts().bad.map(describe),
  ]);
}

function describe({ name, problem, ...counts }: LaneVerdict): string {
  const { lostBytes, repeatedBytes, reorderedBytes, foreignBytes } = counts;
  const found = `${lostBytes} bytes lost, ${repeatedBytes} repeated, ${reorderedBytes} reordered, ${foreignBytes} foreign`;
  return `${name}: ${found}${problem === undefined ? '' : `, ${problem}`}`;
}

function sumOf<T>(items: readonly T[], amount: (item: T) => number): number {
  return items.reduce((sum, item) => sum + amount(item), 0);
}

function progressLine(startedAt: number, traffic: readonly Traffic[], { own, lab }: Logs): string {
  const counts = traffic.map(({ watch }) => watch.counts);
  const bytes = sumOf(
    traffic,
    ({ lanes, shorts }) => shorts().bytes + sumOf(lanes(), (lane: Lane) => lane.bytes),
  );
  return [
    `${((performance.now() - startedAt) / 60_000).toFixed(1)} min`,
    `${(bytes / 1e6).toFixed(0)} MB`,
    `${sumOf(counts, ({ cuts }) => cuts)} cuts`,
    `${sumOf(counts, ({ cutsWithUnackedData }) => cutsWithUnackedData)} with unacknowledged data`,
    `${sumOf(counts, ({ resumes }) => resumes)} resumes`,
    `${sumOf(traffic, ({ shorts }) => shorts().count)} short connections`,
    `memory ${own.latestMB.toFixed(0)} MB`,
    `lab ${lab.latestMB.toFixed(0)} MB`,
  ].join(', ');
}

function conclude(
  { minutes, seed }: ChaosCommand,
  traffic: readonly Traffic[],
  verdicts: readonly LaneVerdict[],
  problems: readonly string[],
  log: Logs,
): ChaosReport {
  const counts = traffic.map(({ watch }) => watch.counts);
  const bad = traffic.flatMap(({ shorts }) => shorts().bad);
  const all = [...verdicts, ...bad];
  const own = log.own.figures();
  const lab = log.lab.figures();
  const cuts = sumOf(counts, (each) => each.cuts);
  const cutsWithUnackedData = sumOf(counts, (each) => each.cutsWithUnackedData);
  const { user, system } = process.cpuUsage();
  const failures = [
    ...problems,
    ...all.filter((verdict) => !isClean(verdict)).map(describe),
    ...(own.isGrowing ? [`our memory grew: ${memoryText(own)}`] : []),
    ...(lab.isGrowing ? [`the lab's memory grew: ${memoryText(lab)}`] : []),
    ...(cutsWithUnackedData < unackedShare * cuts ? ['too few cuts hit unacknowledged data'] : []),
    ...(cuts === 0 ? ['there was not a single cut'] : []),
  ];
  return {
    minutes,
    seed,
    sessions: traffic.length,
    shortConnections: sumOf(traffic, ({ shorts }) => shorts().count),
    bytes: sumOf(verdicts, (each) => each.bytes) + sumOf(traffic, ({ shorts }) => shorts().bytes),
    cuts,
    cutsWithUnackedData,
    resumes: sumOf(counts, (each) => each.resumes),
    resends: sumOf(traffic, ({ watch }) => watch.session?.stats().resends ?? 0),
    lostBytes: sumOf(all, (each) => each.lostBytes),
    repeatedBytes: sumOf(all, (each) => each.repeatedBytes),
    reorderedBytes: sumOf(all, (each) => each.reorderedBytes),
    foreignBytes: sumOf(all, (each) => each.foreignBytes),
    startMemoryMB: Math.round(own.startMB),
    endMemoryMB: Math.round(own.endMB),
    peakMemoryMB: Math.round(own.peakMB),
    labStartMemoryMB: Math.round(lab.startMB),
    labEndMemoryMB: Math.round(lab.endMB),
    labPeakMemoryMB: Math.round(lab.peakMB),
    cpuSeconds: Math.round((user + system) / 1e5) / 10,
    failures: [...new Set(failures)],
  };
}

function memoryText({ startMB, endMB }: MemoryFigures): string {
  return `${startMB.toFixed(0)} MB at first, ${endMB.toFixed(0)} MB at the end`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
