import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { block, PatternReader } from './pattern.mjs';

const retryMs = 10;
const patienceMs = 20_000;

/** A port that nobody uses just now. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A connection to the client's local port, as soon as it listens. */
async function connectTo(port) {
  const until = performance.now() + patienceMs;
  for (;;) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const isConnected = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (isConnected) {
      socket.on('error', () => {});
      return socket;
    }
    if (performance.now() > until) throw new Error(`Nobody listens on port ${port}.`);
    await sleep(retryMs);
  }
}

/** A program that reads whatever comes; resolves when the first bytes are there. */
export async function openDownload(port) {
  const socket = await connectTo(port);
  const reader = new PatternReader();
  socket.write('d');
  const failed = new Promise((_, reject) => {
    socket.on('close', () => reject(new Error('The connection through the tunnel was closed.')));
    socket.on('data', (chunk) => {
      try {
        reader.push(chunk);
      } catch (error) {
        reject(error);
      }
    });
  });
  failed.catch(() => {});
  await Promise.race([failed, new Promise((resolve) => socket.once('data', resolve))]);
  return { bytes: () => reader.bytes, failed, close: () => socket.destroy() };
}

/** A program that writes as fast as it can; how much arrives only the far side knows. */
export async function openUpload(port) {
  const socket = await connectTo(port);
  const failed = new Promise((_, reject) => {
    socket.on('close', () => reject(new Error('The connection through the tunnel was closed.')));
  });
  failed.catch(() => {});
  socket.write('u');
  const write = () => {
    while (!socket.destroyed && socket.write(block));
  };
  socket.on('drain', write);
  write();
  return { failed, close: () => socket.destroy() };
}
