import { connect, type Socket } from 'node:net';
import { listenLocally } from '../src/ssm/node/port/listen-locally.ts';
import { openPortSession } from '../src/ssm/node/port/open-port-session.ts';
import type { FarEnd, FarEnds } from './far-ends.ts';
import type { LabProcess } from './lab-process.ts';
import { isClean, Lane, type LaneVerdict } from './lane.ts';
import type { StreamPlan } from './link-messages.ts';
import { recordBytes } from './pattern.ts';
import { SessionWatch } from './session-watch.ts';
import type { Traffic, TrafficOptions } from './traffic.ts';

export interface TunnelOptions extends TrafficOptions {
  name: string;
  /** Streams that are open all the time. */
  longLanes: number;
  /** Rows of short connections, one after the other. */
  shortRows: number;
  newId(): number;
}

const longestShortBytes = 512 * 1024;

/** A tunnel to a far end's server: some connections that outlive every cut, and rows of short ones beside them. */
export async function startTunnelTraffic(
  lab: LabProcess,
  farEnds: FarEnds,
  far: FarEnd,
  options: TunnelOptions,
): Promise<Traffic> {
  const { rate, random } = options;
  const watch = await SessionWatch.start(options.name, lab, 'AWS-StartPortForwardingSession', {
    portNumber: [String(far.port)],
  });
  const listener = await listenLocally({ kind: 'tcp', host: '127.0.0.1', port: 0 });
  const port = listener.address.kind === 'tcp' ? listener.address.port : 0;
  const session = openPortSession({ ...watch.options(), side: { kind: 'listener', listener } });
  watch.session = session;

  const openLane = (kind: string, plan: StreamPlan, up: number): { lane: Lane; socket: Socket } => {
    const id = options.newId();
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    const lane = new Lane({
      id,
      name: `${options.name}, ${kind} ${id}`,
      farEnds,
      far,
      upBytesPerSecond: up,
      plan,
      stillLimitMs: options.stillLimitMs,
      write: (bytes) => socket.write(bytes),
      onBothWritten: () => {
        if (plan.short?.endsFirst === 'near') socket.destroy();
      },
    });
    socket.on('data', (bytes: Buffer) => {
      for (const each of options.sabotage.onDelivered(bytes)) lane.take(each);
    });
    socket.on('drain', () => lane.drained());
    socket.on('end', () => socket.end());
    socket.on('error', () => undefined);
    socket.on('close', () => lane.ended());
    return { lane, socket };
  };

  const long = Array.from({ length: options.longLanes }, () =>
    openLane('long', { downBytesPerSecond: rate.down }, rate.up),
  );
  let isFinishing = false;
  let shortBytes = 0;
  const badShorts: LaneVerdict[] = [];

  const runRow = async (): Promise<void> => {
    while (!isFinishing && badShorts.length === 0) {
      // Many are tiny; some are long enough to meet a cut.
      const size = (): number => Math.ceil(longestShortBytes ** random());
      const endsFirst = random() < 0.5 ? 'far' : 'near';
      const short = { upTotal: recordBytes + size(), downTotal: size(), endsFirst } as const;
      const { lane, socket } = openLane('short', { downBytesPerSecond: rate.down, short }, rate.up);
      const verdict = await lane.settle();
      socket.destroy();
      shortBytes += verdict.bytes;
      shortCount += 1;
      if (!isClean(verdict)) badShorts.push(verdict);
    }
  };
  let shortCount = 0;
  const rows = Array.from({ length: options.shortRows }, runRow);

  return {
    watch,
    lanes: () => long.map(({ lane }) => lane),
    shorts: () => ({ count: shortCount, bytes: shortBytes, bad: badShorts }),
    finish: async () => {
      isFinishing = true;
      await Promise.all(rows);
      const verdicts = await Promise.all(long.map(({ lane }) => lane.finish()));
      for (const { socket } of long) socket.destroy();
      await session.end();
      await watch.relay.close();
      return verdicts;
    },
  };
}
