import { createServer } from 'node:net';
import { block, PatternReader } from './pattern.mjs';

/**
 * The programs behind the tunnels of a far side that is not ours. Each port is one, and each connection to it says with
 * its first byte what it wants: `d` for the pattern without end, anything else to have what follows counted and checked.
 */
const download = 'd'.charCodeAt(0);
/** What each port has received. @type {Map<number, { bytes: number }>} */
const ports = new Map();

function open() {
  const counted = { bytes: 0 };
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (first) => {
      if (first[0] === download) source(socket);
      else sink(socket, first.subarray(1), counted);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      ports.set(port, counted);
      resolve(port);
    });
  });
}

function source(socket) {
  const write = () => {
    while (!socket.destroyed && socket.write(block));
  };
  socket.on('drain', write);
  write();
}

function sink(socket, first, counted) {
  const reader = new PatternReader();
  const take = (bytes) => {
    reader.push(bytes);
    counted.bytes += bytes.length;
  };
  take(first);
  socket.on('data', take);
}

process.on('message', async ({ number, ask, value }) => {
  const answer = ask === 'open' ? await open() : (ports.get(value)?.bytes ?? 0);
  process.send({ number, answer });
});
process.on('disconnect', () => process.exit(0));
