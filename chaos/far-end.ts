import { createReadStream, createWriteStream } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { FarStream } from './far-stream.ts';
import {
  beginMark,
  type FromFarEnd,
  makeLineReader,
  type StreamPlan,
  type ToFarEnd,
} from './link-messages.ts';
import { readRecord, recordBytes } from './pattern.ts';

/**
 * The program at the far end: `far-end <port of the link> <name> tcp|stdio`. It checks the streams that arrive and sends
 * its own; what it finds goes over the link.
 */
const [linkPort = '', name = '', kind = ''] = process.argv.slice(2);
const link = connect({ host: '127.0.0.1', port: Number(linkPort) });
const say = (message: FromFarEnd): void => void link.write(`${JSON.stringify(message)}\n`);
const plans = new Map<number, StreamPlan>();
const streams = new Map<number, FarStream>();
/** What waits for the plan of a stream. */
const waiting = new Map<number, () => void>();

link.setEncoding('utf8');
link.on('error', () => process.exit(1));
// The chaos run is over, or has died.
link.on('close', () => process.exit(0));
link.on(
  'data',
  makeLineReader((line) => obey(JSON.parse(line) as ToFarEnd)),
);

function obey(message: ToFarEnd): void {
  switch (message.kind) {
    case 'open':
      plans.set(message.id, message.plan);
      waiting.get(message.id)?.();
      waiting.delete(message.id);
      break;
    case 'finish':
      streams.get(message.id)?.finish(message.upTotal);
      break;
    case 'give-up':
      streams.get(message.id)?.giveUp();
      break;
    case 'exit':
      process.exit(0);
  }
}

function serve(id: number, input: Readable, output: Writable, first: Uint8Array): void {
  const plan = plans.get(id);
  if (plan === undefined) {
    input.pause();
    waiting.set(id, () => serve(id, input, output, first));
    return;
  }
  plans.delete(id);
  const stream = new FarStream(id, plan, input, output, say, () => streams.delete(id));
  streams.set(id, stream);
  stream.take(first);
  input.on('data', (bytes: Uint8Array) => stream.take(bytes));
  input.resume();
}

/** The number of the stream is in its first record. */
function accept(socket: Socket): void {
  let first = Buffer.alloc(0);
  const look = (bytes: Buffer): void => {
    first = Buffer.concat([first, bytes]);
    if (first.length < recordBytes) return;
    socket.off('data', look);
    const record = readRecord(first, 0);
    if (record === undefined) socket.destroy();
    else serve(record.id, socket, socket, first);
  };
  socket.on('error', () => undefined);
  socket.on('data', look);
}

if (kind === 'tcp') {
  const server = createServer({ allowHalfOpen: true }, accept).listen(0, '127.0.0.1', () =>
    say({ kind: 'hello', name, port: (server.address() as AddressInfo).port }),
  );
} else {
  // Not process.stdin and stdout: writing to a terminal would block the whole program while the terminal is full.
  const input = createReadStream('', { fd: 0, highWaterMark: 64 * 1024 });
  const output = createWriteStream('', { fd: 1, highWaterMark: 64 * 1024 });
  input.on('error', () => process.exit(0));
  output.on('error', () => process.exit(0));
  output.write(beginMark);
  const id = Number(name);
  serve(id, input, output, new Uint8Array(0));
  say({ kind: 'hello', name });
}
