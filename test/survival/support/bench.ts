import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type LabProcess, startLabProcess } from '../../../chaos/lab-process.ts';
import { Relay } from '../../../chaos/relay.ts';
import type { StartedSession } from '../../../src/aws/control-plane.ts';
import type { ChannelState } from '../../../src/ssm/channel/channel-types.ts';
import { openSession, type SessionOptions } from '../../../src/ssm/node/open-session.ts';
import { listenLocally } from '../../../src/ssm/node/port/listen-locally.ts';
import { openPortSession } from '../../../src/ssm/node/port/open-port-session.ts';
import type { Clock } from '../../../src/ssm/node/system-clock.ts';
import { programsUnderTest } from '../../cli/programs-under-test.ts';
import { EchoStream } from './echo-stream.ts';

/** A session with a network of its own, its states, and a stream that comes back; bytes have passed already. */
export interface Survivor {
  sessionId: string;
  relay: Relay;
  echo: EchoStream;
  /** All that was told, in order. */
  states: ChannelState[];
  /** Calls of ResumeSession. */
  resumes(): number;
  /** While set, ResumeSession cannot be reached. */
  isOffline: boolean;
  /** Resolves at the next state of that kind, or at once when it is the present one. */
  is(kind: ChannelState['kind']): Promise<void>;
  /** Resolves when the session has lost its connection and has a new one. */
  resumed(): Promise<void>;
  reconnectNow(): void;
}

export interface TunnelSurvivor extends Survivor {
  /** One more connection through the tunnel, to the same echo. */
  connect(): Promise<EchoStream>;
}

export interface SurvivorOptions {
  clock?: Clock;
  keepalive?: SessionOptions['keepalive'];
}

/** The lab as a process of its own, for the tests of one file. */
export interface SurvivalBench {
  lab: LabProcess;
  shell(options?: SurvivorOptions): Promise<Survivor>;
  tunnel(options?: SurvivorOptions & { target?: string }): Promise<TunnelSurvivor>;
  /** Ended after the test, the last first. */
  closeLater(close: () => unknown): void;
}

/** Comes first out of the shell; the echo of the command line does not contain it. */
const beginMark = '\u0001begin\u0002';
const startEcho = "stty raw -echo; printf '\\001begin\\002'; exec cat\r";

export function survivalBench(args: readonly string[] = []): SurvivalBench {
  const there: Partial<SurvivalBench> = {};
  const closers: (() => unknown)[] = [];
  const closeLater = (close: () => unknown): void => void closers.push(close);
  beforeAll(async () => {
    const { lab } = await programsUnderTest();
    there.lab = await startLabProcess(lab, args);
  }, 120_000);
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  afterAll(() => there.lab?.close());
  return Object.assign(there, {
    closeLater,
    shell: (options: SurvivorOptions = {}) => openShell(there.lab as LabProcess, closeLater, options),
    tunnel: (options: SurvivorOptions & { target?: string } = {}) =>
      openTunnel(there.lab as LabProcess, closeLater, options),
  }) as SurvivalBench;
}

type CloseLater = SurvivalBench['closeLater'];

async function openShell(
  lab: LabProcess,
  closeLater: CloseLater,
  options: SurvivorOptions,
): Promise<Survivor> {
  const started = await lab.plane.startSession({ target: lab.target });
  const { witness, common } = await makeWitness(lab, started, closeLater, options);
  let begin = (): void => {};
  const hasBegun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const preamble: Uint8Array[] = [];
  let onOutput = (bytes: Uint8Array): void => {
    preamble.push(bytes);
    if (Buffer.concat(preamble).includes(beginMark)) begin();
  };
  const session = openSession(
    { ...common, onOutput: (bytes) => onOutput(bytes), onDrain: () => {} },
    options.clock,
  );
  closeLater(() => session.end());
  session.write(Buffer.from(startEcho));
  await hasBegun;
  const echo = new EchoStream(2, (bytes) => void session.write(bytes));
  onOutput = (bytes) => echo.take(bytes);
  return Object.assign(witness, { echo, reconnectNow: () => session.reconnectNow() });
}

async function openTunnel(
  lab: LabProcess,
  closeLater: CloseLater,
  options: SurvivorOptions & { target?: string },
): Promise<TunnelSurvivor> {
  const port = await echoServer(closeLater);
  const started = await lab.plane.startSession({
    target: options.target ?? lab.target,
    documentName: 'AWS-StartPortForwardingSession',
    parameters: { portNumber: [String(port)] },
  });
  const { witness, common } = await makeWitness(lab, started, closeLater, options);
  const listener = await listenLocally({ kind: 'tcp', host: '127.0.0.1', port: 0 });
  const localPort = listener.address.kind === 'tcp' ? listener.address.port : 0;
  const session = openPortSession({ ...common, side: { kind: 'listener', listener } }, options.clock);
  closeLater(() => session.end());
  let lastId = 0;
  const connectOne = async (): Promise<EchoStream> => {
    const socket = connect({ host: '127.0.0.1', port: localPort });
    socket.on('error', () => undefined);
    closeLater(() => socket.destroy());
    await once(socket, 'connect');
    lastId += 2;
    const echo = new EchoStream(lastId, (bytes) => void socket.write(bytes));
    socket.on('data', (bytes: Buffer) => echo.take(bytes));
    return echo;
  };
  const echo = await connectOne();
  echo.send(64);
  await echo.returned();
  return Object.assign(witness, {
    echo,
    connect: connectOne,
    reconnectNow: () => session.reconnectNow(),
  });
}

/** Sends back what it is sent; what is under way when a test ends does not matter. */
export async function echoServer(closeLater: CloseLater): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeLater(() => server.close());
  return (server.address() as AddressInfo).port;
}

type Witness = Omit<Survivor, 'echo' | 'reconnectNow'>;

async function makeWitness(
  lab: LabProcess,
  { sessionId, tokenValue, streamUrl, handshake }: StartedSession,
  closeLater: CloseLater,
  { keepalive = { intervalMs: 60_000, timeoutMs: 60_000 } }: SurvivorOptions,
): Promise<{ witness: Witness; common: Omit<SessionOptions, 'onOutput' | 'onDrain'> }> {
  const relay = await Relay.listen(Number(new URL(lab.endpoint).port));
  closeLater(() => relay.close());
  closeLater(() => lab.plane.terminateSession(sessionId));
  const throughRelay = (url: string): string => url.replace(/^ws:\/\/[^/]+/, `ws://127.0.0.1:${relay.port}`);
  let resumes = 0;
  let waiting: { isTrue: () => boolean; resolve: () => void }[] = [];
  const witness: Witness = {
    sessionId,
    relay,
    states: [],
    isOffline: false,
    resumes: () => resumes,
    is: (kind) => until(() => witness.states.at(-1)?.kind === kind),
    resumed: async () => {
      const before = witness.states.length;
      await until(() => {
        const fresh = witness.states.slice(before).map(({ kind }) => kind);
        return fresh.length > 1 && fresh.at(-1) === 'live';
      });
    },
  };
  async function until(isTrue: () => boolean): Promise<void> {
    if (isTrue()) return;
    await new Promise<void>((resolve) => waiting.push({ isTrue, resolve }));
  }
  const common = {
    sessionId,
    tokenValue,
    streamUrl: throughRelay(streamUrl),
    handshake,
    keepalive,
    resume: async () => {
      resumes += 1;
      if (witness.isOffline) throw new Error('offline');
      const answer = await lab.plane.resumeSession(sessionId);
      return {
        tokenValue: answer.tokenValue,
        ...(answer.streamUrl === undefined ? {} : { streamUrl: throughRelay(answer.streamUrl) }),
      };
    },
    classifyResumeError: (error: unknown) => lab.plane.classifyResumeError(error),
    onState: (state: ChannelState) => {
      witness.states.push(state);
      const done = waiting.filter(({ isTrue }) => isTrue());
      waiting = waiting.filter((each) => !done.includes(each));
      for (const { resolve } of done) resolve();
    },
  };
  return { witness, common };
}
