import { createCipheriv, createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Something for tunnels to lead to: a small HTTP server on loopback, the same for every node of the lab.
 *
 * | request            | answer                                                                       |
 * |--------------------|------------------------------------------------------------------------------|
 * | GET /              | a page that says where one is                                                |
 * | GET /bytes/<n>     | n pseudo-random bytes, the same at every lab; `?seed=<text>` for others      |
 * | POST /count        | `{"bytes":…,"sha256":"…"}` of the body                                       |
 */
export interface DemoServer {
  port: number;
  close(): Promise<void>;
}

const largestAnswer = 1024 ** 4;
const pieceBytes = 64 * 1024;

/** @param wantedPort 0 for any; any that is free also where this one is taken */
export async function startDemoServer(wantedPort = 0): Promise<DemoServer> {
  const server = createServer((request, response) => {
    // A caller that went away needs no answer.
    answer(request, response).catch(() => response.destroy());
  });
  try {
    server.listen(wantedPort, '127.0.0.1');
    await once(server, 'listening');
  } catch {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://demo.invalid');
  const bytes = /^\/bytes\/(\d{1,13})$/.exec(url.pathname)?.[1];
  if (request.method === 'POST' && url.pathname === '/count') return count(request, response);
  if (request.method === 'GET' && bytes !== undefined && Number(bytes) <= largestAnswer) {
    const length = Number(bytes);
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': length });
    return pipeline(Readable.from(pseudoRandom(length, url.searchParams.get('seed') ?? '')), response);
  }
  const isRoot = request.method === 'GET' && url.pathname === '/';
  response.writeHead(isRoot ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' });
  response.end(isRoot ? page : 'There is no such page.');
}

async function count(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ bytes, sha256: hash.digest('hex') }));
}

/** The key stream of a cipher: fast, without a period that a transposed piece could hide behind, and the same again. */
export function* pseudoRandom(length: number, seed: string): Generator<Buffer> {
  const key = createHash('sha256').update(seed).digest().subarray(0, 16);
  const cipher = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  const zeros = Buffer.alloc(pieceBytes);
  for (let left = length; left > 0; left -= pieceBytes)
    yield cipher.update(zeros.subarray(0, Math.min(left, pieceBytes)));
}

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Lab node</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 15vh auto; padding: 0 1rem; color: #222; }
  code { background: #eee; padding: 0.1em 0.3em; border-radius: 3px; }
</style>
<h1>It works</h1>
<p>You have reached a node of the lab through a tunnel.</p>
<p><code>GET /bytes/&lt;n&gt;</code> sends n bytes; <code>POST /count</code> counts what it is sent.</p>
</html>
`;
