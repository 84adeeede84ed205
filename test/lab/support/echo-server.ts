import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A TCP server on a free loopback port that a test writes the manners of. */
export class TestServer {
  readonly sockets: Socket[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(onSocket: (socket: Socket) => void): Promise<TestServer> {
    const server = createServer({ allowHalfOpen: true });
    const test = new TestServer(server);
    server.on('connection', (socket) => {
      test.sockets.push(socket);
      socket.on('error', () => undefined);
      onSocket(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return test;
  }

  /** Sends everything back, and closes when the other side does. */
  static echo(): Promise<TestServer> {
    return TestServer.start((socket) => socket.pipe(socket));
  }

  get port(): string {
    return String((this.#server.address() as AddressInfo).port);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.#server.close();
    if (this.#server.listening) await once(this.#server, 'close');
  }
}

/** A loopback port on which nothing listens. */
export async function closedPort(): Promise<string> {
  const server = await TestServer.start(() => undefined);
  const { port } = server;
  await server.close();
  return port;
}
