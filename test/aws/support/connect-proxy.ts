import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { namedCertificate } from '../certificate.ts';

/** A proxy that answers CONNECT and leads every target to one place. */
export interface ConnectProxy {
  url: string;
  host: string;
  /** What it was asked for, `host:port`, and with what authorization. */
  asked: { target: string; authorization: string | undefined }[];
  /** From now on it answers this instead of a connection; undefined takes it back. */
  refuseWith(status: number | undefined): void;
  /** Drops the connections there are. */
  cut(): void;
  close(): Promise<void>;
}

export interface ConnectProxyOptions {
  /** Port on 127.0.0.1 that all targets are led to. */
  leadsTo: number;
  /** `user:password` that it wants. */
  wants?: string;
  /** Answered instead of a connection. */
  status?: number;
}

export async function startConnectProxy({
  leadsTo,
  wants,
  status: givenStatus,
}: ConnectProxyOptions): Promise<ConnectProxy> {
  let status = givenStatus;
  const asked: ConnectProxy['asked'] = [];
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    const authorization = request.headers['proxy-authorization'];
    asked.push({ target: request.url ?? '', authorization });
    client.on('error', () => client.destroy());
    const wanted = wants === undefined ? undefined : `Basic ${Buffer.from(wants).toString('base64')}`;
    const refusal = status ?? (wanted === undefined || authorization === wanted ? undefined : 407);
    if (refusal !== undefined) {
      const page = '<html>the proxy says no</html>';
      client.end(`HTTP/1.1 ${refusal} No\r\ncontent-length: ${page.length}\r\n\r\n${page}`);
      return;
    }
    const upstream = connect(leadsTo, '127.0.0.1', () => client.write('HTTP/1.1 200 Connected\r\n\r\n'));
    sockets.add(upstream);
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
    upstream.pipe(client).pipe(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    asked,
    refuseWith: (refusal) => {
      status = refusal;
    },
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** TLS under the names of {@link namedCertificate} in front of a plain server of this machine. */
export async function startTlsFront(port: number): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createTlsServer(namedCertificate, (client: TLSSocket) => {
    const upstream = connect(port, '127.0.0.1');
    sockets.add(upstream);
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
    upstream.pipe(client).pipe(upstream);
  });
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
