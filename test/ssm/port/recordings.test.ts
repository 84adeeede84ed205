import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BasicSession } from '../../../src/ssm/port/basic-session.ts';
import { SmuxSession } from '../../../src/ssm/port/smux-session.ts';
import { Flag } from '../../../src/ssm/wire/flag.ts';
import { type Recording, readRecording } from '../support/recordings.ts';
import { saidIn, WholeFrames } from './support/recorded-port.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

interface ListedFrame {
  command: string;
  streamId: number;
  length: number;
  dataUtf8?: string;
  dataBase64?: string;
  dataSha256?: string;
}
type MultiplexedRecording = Recording & { smuxFromClient: ListedFrame[]; smuxFromAgent: ListedFrame[] };

/** The machine lives through the recording: it opens, writes and closes as the recorded client did. */
function replayMultiplexed(recording: MultiplexedRecording, cut: (bytes: Uint8Array) => Uint8Array[]) {
  const sent: Uint8Array[] = [];
  const recorded: Uint8Array[] = [];
  const received = new Map<number, string>();
  const news: string[] = [];
  const session = new SmuxSession({
    onData: (id, bytes) => received.set(id, (received.get(id) ?? '') + hex(bytes)),
    onEnded: (id) => news.push(`ended ${id}`),
    onRefused: (id) => news.push(`refused ${id}`),
  });
  const take = (): void => {
    for (let frame = session.takeFrame(); frame !== undefined; frame = session.takeFrame()) sent.push(frame);
  };
  const clientFrames = new WholeFrames();
  for (const said of saidIn(recording)) {
    if (said.from === 'agent') {
      if (said.kind === 'flag') session.connectFailed();
      else for (const piece of cut(said.bytes)) session.receive(piece);
      continue;
    }
    if (said.kind === 'flag') continue;
    recorded.push(said.bytes);
    for (const { command, streamId, bytes } of clientFrames.push(said.bytes)) {
      if (command === 'syn') expect(session.open()).toBe(streamId);
      else if (command === 'psh') session.write(streamId, bytes);
      else if (command === 'fin') session.close(streamId);
      take();
    }
  }
  return { sent: hex(Buffer.concat(sent)), recorded: hex(Buffer.concat(recorded)), received, news, session };
}

const multiplexed = [
  'port-mux-session',
  'port-mux-big',
  'port-mux-refused',
  'port-mux-keepalive',
  'port-remote-host',
];
const cuts: [string, (bytes: Uint8Array) => Uint8Array[]][] = [
  ['as recorded', (bytes) => [bytes]],
  ['one byte at a time', (bytes) => Array.from(bytes, (byte) => Uint8Array.of(byte))],
];

describe.each(multiplexed)('the multiplexed session %s', (name) => {
  const recording = readRecording(name) as MultiplexedRecording;

  it('lists the frames that its messages carry', () => {
    for (const from of ['client', 'agent'] as const) {
      const listed = from === 'client' ? recording.smuxFromClient : recording.smuxFromAgent;
      const frames = new WholeFrames();
      const found = saidIn(recording).flatMap((said) =>
        said.from === from && said.kind === 'bytes' ? frames.push(said.bytes) : [],
      );
      expect(found.map(({ command, streamId, bytes }) => [command, streamId, bytes.length])).toEqual(
        listed.map(({ command, streamId, length }) => [command.toLowerCase(), streamId, length]),
      );
    }
  });

  it.each(cuts)('is sent byte for byte, and every stream gets its bytes, with input %s', (_, cut) => {
    const { sent, recorded, received, session } = replayMultiplexed(recording, cut);
    expect(sent).toBe(recorded);
    for (const id of new Set(recording.smuxFromAgent.map(({ streamId }) => streamId))) {
      const expected = recording.smuxFromAgent.filter(
        ({ streamId, command }) => streamId === id && command === 'PSH',
      );
      const bytes = Buffer.from(received.get(id) ?? '', 'hex');
      let at = 0;
      for (const { length, dataUtf8, dataSha256 } of expected) {
        const part = bytes.subarray(at, at + length);
        if (dataUtf8 !== undefined) expect(part.toString()).toBe(dataUtf8);
        if (dataSha256 !== undefined) expect(sha256(part)).toBe(dataSha256);
        at += length;
      }
      expect(bytes.length).toBe(at);
    }
    expect(session.streamCount).toBe(0);
  });
});

it('a refused connection is told as refused and not as ended', () => {
  const { news } = replayMultiplexed(readRecording('port-mux-refused') as MultiplexedRecording, (bytes) => [
    bytes,
  ]);
  expect(news).toEqual(['refused 3']);
});

/** What the local program saw and what was sent: flags and joined bytes, in order. */
function replayBasic(recording: Recording): {
  sent: string[];
  recorded: string[];
  delivered: string;
  agent: string;
} {
  const session = new BasicSession();
  const outline = (list: string[], bytes: Uint8Array): void => {
    const last = list.at(-1);
    if (last?.startsWith('bytes ')) list[list.length - 1] = last + hex(bytes);
    else list.push(`bytes ${hex(bytes)}`);
  };
  const sent: string[] = [];
  const recorded: string[] = [];
  const delivered: Uint8Array[] = [];
  const agent: Uint8Array[] = [];
  let isConnected = false;
  for (const said of saidIn(recording)) {
    if (said.from === 'agent') {
      if (said.kind !== 'bytes') continue;
      agent.push(said.bytes);
      if (session.receive(said.bytes) === 'deliver') delivered.push(said.bytes);
    } else if (said.kind === 'bytes') {
      outline(recorded, said.bytes);
      if (!isConnected) delivered.push(...session.join());
      isConnected = true;
      expect(session.acceptsInput).toBe(true);
      session.sent();
      outline(sent, said.bytes);
    } else {
      recorded.push(`flag ${said.flag}`);
      if (said.flag === Flag.terminateSession) {
        sent.push('flag 2');
        continue;
      }
      const parting = session.part();
      isConnected = false;
      if (parting === undefined) continue;
      sent.push('flag 1');
      session.partingAcknowledged(parting);
    }
  }
  return { sent, recorded, delivered: hex(Buffer.concat(delivered)), agent: hex(Buffer.concat(agent)) };
}

describe.each([
  'port-basic-session',
  'port-basic-old-session',
  'port-basic-server-first',
  'old-agent-port',
  'old-agent-port-flag',
  'ssh-session',
])('the one-connection session %s', (name) => {
  it('is sent as recorded, and the local programs get all of the output', () => {
    const { sent, recorded, delivered, agent } = replayBasic(readRecording(name));
    expect(sent).toEqual(recorded);
    expect(delivered).toBe(agent);
    expect(agent).not.toBe('');
  });
});
