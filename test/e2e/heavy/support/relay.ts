import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import WebSocket, { WebSocketServer } from 'ws';
import { decodeAgentMessage } from '../../../../src/ssm/wire/agent-message.ts';
import { MessageType } from '../../../../src/ssm/wire/message-type.ts';
import { PayloadType } from '../../../../src/ssm/wire/payload-type.ts';

/** What went over the data channel, in the order in which the relay saw it. */
export type Seen = { kind: 'output'; bytes: Uint8Array } | { kind: 'size'; cols: number; rows: number };

export interface Relay {
  /** Endpoint for a profile, in place of the lab's own. */
  endpoint: string;
  /** Every output byte once, and every size the client announced, since the relay started. */
  readonly seen: readonly Seen[];
  /** Drops all data channels without a word, as a lost network does. */
  cut(): void;
  close(): Promise<void>;
}

/**
 * Stands between the app and a lab and writes down what the lab's agent sent: a second witness of the bytes, so that
 * the app's screen can be compared with another terminal's. It changes nothing but the host of the stream URL; requests
 * keep their Host header, and with it their signature.
 */
export async function startRelay(labEndpoint: string): Promise<Relay> {
  const lab = new URL(labEndpoint);
  const seen: Seen[] = [];
  const sockets = new Set<WebSocket>();
  const expected = new Map<string, number>();
  const server = createServer((incoming, answer) => void forward(incoming, answer, lab, ownHost()));
  const ownHost = (): string => `127.0.0.1:${(server.address() as AddressInfo).port}`;

  /** Notes a frame on its way down; resent messages are noted once. */
  const noteDown = (path: string, bytes: Uint8Array): void => {
    const message = decodeAgentMessage(bytes);
    if (message.messageType !== MessageType.output) return;
    const next = expected.get(path) ?? 0;
    if (message.sequenceNumber < next) return;
    if (message.sequenceNumber > next) throw new Error('The lab left out a message.');
    expected.set(path, next + 1);
    if (message.payloadType === PayloadType.output)
      seen.push({ kind: 'output', bytes: Uint8Array.from(message.payload) });
  };
  const noteUp = (bytes: Uint8Array): void => {
    const message = decodeAgentMessage(bytes);
    if (message.messageType !== MessageType.input || message.payloadType !== PayloadType.size) return;
    const { cols, rows } = JSON.parse(Buffer.from(message.payload).toString()) as {
      cols: number;
      rows: number;
    };
    seen.push({ kind: 'size', cols, rows });
  };

  const upgrades = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server.on('upgrade', (incoming, socket, head) => {
    const path = incoming.url ?? '/';
    const { host, authorization } = incoming.headers;
    const upstream = new WebSocket(`ws://${lab.host}${path}`, {
      perMessageDeflate: false,
      headers: { ...amazonHeaders(incoming), ...(host && { host }), ...(authorization && { authorization }) },
    });
    upgrades.handleUpgrade(incoming, socket, head, (downstream) => {
      const session = path.split('?', 1)[0] ?? path;
      const early: [WebSocket.RawData, boolean][] = [];
      for (const end of [upstream, downstream]) {
        sockets.add(end);
        end.on('error', () => end.terminate());
        end.on('close', () => {
          sockets.delete(end);
          upstream.terminate();
          downstream.terminate();
        });
      }
      const up = (data: WebSocket.RawData, isBinary: boolean): void => {
        if (isBinary) noteUp(data as Buffer);
        upstream.send(data, { binary: isBinary });
      };
      downstream.on('message', (data, isBinary) => {
        if (upstream.readyState === WebSocket.OPEN) up(data, isBinary);
        else early.push([data, isBinary]);
      });
      upstream.on('open', () => {
        for (const [data, isBinary] of early) up(data, isBinary);
      });
      upstream.on('message', (data, isBinary) => {
        if (isBinary) noteDown(session, data as Buffer);
        downstream.send(data, { binary: isBinary });
      });
    });
  });

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://${ownHost()}`,
    seen,
    cut: () => {
      for (const socket of sockets) socket.terminate();
    },
    close: async () => {
      for (const socket of sockets) socket.terminate();
      upgrades.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function amazonHeaders(incoming: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(incoming.headers).filter(
      (header): header is [string, string] => header[0].startsWith('x-amz-') && typeof header[1] === 'string',
    ),
  );
}

async function forward(
  incoming: IncomingMessage,
  answer: ServerResponse,
  lab: URL,
  ownHost: string,
): Promise<void> {
  const body = await collect(incoming);
  const upstream = request(
    {
      host: lab.hostname,
      port: lab.port,
      method: incoming.method,
      path: incoming.url,
      headers: incoming.headers,
    },
    async (response) => {
      const text = (await collect(response))
        .toString('utf8')
        .replaceAll(`ws://${lab.host}`, `ws://${ownHost}`);
      const { 'content-length': _length, 'transfer-encoding': _encoding, ...headers } = response.headers;
      answer.writeHead(response.statusCode ?? 502, {
        ...headers,
        'content-length': String(Buffer.byteLength(text)),
      });
      answer.end(text);
    },
  );
  upstream.on('error', () => answer.writeHead(502).end());
  upstream.end(body);
}

async function collect(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
