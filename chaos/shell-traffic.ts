import { join } from 'node:path';
import { openSession } from '../src/ssm/node/open-session.ts';
import type { FarEnds } from './far-ends.ts';
import type { LabProcess } from './lab-process.ts';
import { Lane } from './lane.ts';
import { beginMark } from './link-messages.ts';
import { SessionWatch } from './session-watch.ts';
import type { Traffic, TrafficOptions } from './traffic.ts';

const farEndProgram = join(import.meta.dirname, 'far-end.js');

/** A shell in which a far end runs on the raw terminal, and one lane to it. */
export async function startShellTraffic(
  id: number,
  lab: LabProcess,
  farEnds: FarEnds,
  { rate, sabotage, stillLimitMs }: TrafficOptions,
): Promise<Traffic> {
  const watch = await SessionWatch.start(`shell ${id}`, lab);
  const farEnd = farEnds.named(String(id));
  const shown: Uint8Array[] = [];
  let onOutput = (bytes: Uint8Array): void => {
    shown.push(bytes);
    if (Buffer.concat(shown).includes(beginMark)) onBegin();
  };
  let onBegin = (): void => {};
  let onDrain = (): void => {};
  const hasBegun = new Promise<void>((resolve) => {
    onBegin = resolve;
  });

  const session = openSession({
    ...watch.options(),
    size: { cols: 80, rows: 24 },
    onOutput: (bytes) => onOutput(bytes),
    onDrain: () => onDrain(),
  });
  watch.session = session;
  const command = `stty raw -echo; exec '${process.execPath}' '${farEndProgram}' ${farEnds.port} ${id} stdio\r`;
  session.write(Buffer.from(command));
  await hasBegun;
  const far = await farEnd;
  const lane = new Lane({
    id,
    name: watch.name,
    farEnds,
    far,
    upBytesPerSecond: rate.up,
    plan: { downBytesPerSecond: rate.down },
    stillLimitMs,
    write: (bytes) => session.write(bytes),
  });
  const preamble = Buffer.concat(shown);
  lane.take(preamble.subarray(preamble.indexOf(beginMark) + beginMark.length));
  watch.onEnded = () => lane.ended();
  onDrain = () => lane.drained();
  onOutput = (bytes) => {
    for (const each of sabotage.onDelivered(bytes)) lane.take(each);
  };

  return {
    watch,
    lanes: () => [lane],
    shorts: () => ({ count: 0, bytes: 0, bad: [] }),
    finish: async () => {
      const verdict = await lane.finish();
      session.end();
      await watch.relay.close();
      return [verdict];
    },
  };
}
