import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Where and how the network breaks. */
export interface Cut {
  /** Once so many further bytes have passed in that direction: in the middle of a frame as likely as between two. */
  direction: 'up' | 'down';
  afterBytes: number;
  /** `client`: only the client notices, the gateway has a dead connection; `gateway`: the other way round. */
  side: 'client' | 'gateway' | 'both';
  /** TCP reset, or an orderly end. */
  isReset: boolean;
}

interface Pair {
  client: Socket;
  gateway: Socket;
  cut: Cut | undefined;
  isStalled: boolean;
  passed: { up: number; down: number };
}

/** The network between one client and a gateway: passes bytes on, knows nothing of them, and breaks when told to. */
export class Relay {
  readonly port: number;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #current: Pair | undefined;
  /** For the connection after this one. */
  #nextCut: Cut | undefined;
  #refusesUntil = 0;

  /** @param port of the gateway, on this machine */
  static async listen(port: number): Promise<Relay> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Relay(server, port);
  }

  private constructor(server: Server, gatewayPort: number) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (client) => this.#accept(client, gatewayPort));
  }

  cut(cut: Cut): void {
    if (this.#current !== undefined) this.#arm(this.#current, cut);
  }

  /** The next connection breaks so early that even its upgrade may not be through. */
  cutNext(cut: Cut): void {
    this.#nextCut = cut;
  }

  /** Nothing passes for a while, and nobody is told. */
  stall(durationMs: number): void {
    const pair = this.#current;
    if (pair === undefined || pair.isStalled) return;
    pair.isStalled = true;
    pair.client.pause();
    pair.gateway.pause();
    setTimeout(() => {
      pair.isStalled = false;
      pair.client.resume();
      pair.gateway.resume();
    }, durationMs);
  }

  /** New connections are refused for a while. */
  refuse(durationMs: number): void {
    this.#refusesUntil = performance.now() + durationMs;
  }

  async close(): Promise<void> {
    for (const { client, gateway } of this.#pairs) {
      client.destroy();
      gateway.destroy();
    }
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket, gatewayPort: number): void {
    client.on('error', () => undefined);
    if (performance.now() < this.#refusesUntil) {
      client.resetAndDestroy();
      return;
    }
    const gateway = connect({ host: '127.0.0.1', port: gatewayPort, allowHalfOpen: true });
    gateway.on('error', () => undefined);
    const pair: Pair = { client, gateway, cut: undefined, isStalled: false, passed: { up: 0, down: 0 } };
    for (const socket of [client, gateway]) socket.setNoDelay(true);
    this.#pairs.add(pair);
    this.#current = pair;
    if (this.#nextCut !== undefined) this.#arm(pair, this.#nextCut);
    this.#nextCut = undefined;
    this.#pass(pair, client, gateway, 'up');
    this.#pass(pair, gateway, client, 'down');
  }

  #arm(pair: Pair, cut: Cut): void {
    pair.cut = cut;
    pair.passed = { up: 0, down: 0 };
  }

  #pass(pair: Pair, from: Socket, to: Socket, direction: 'up' | 'down'): void {
    from.on('data', (bytes: Buffer) => {
      const { cut } = pair;
      const left = cut?.direction === direction ? cut.afterBytes - pair.passed[direction] : Infinity;
      pair.passed[direction] += bytes.length;
      if (cut !== undefined && bytes.length >= left) {
        to.write(bytes.subarray(0, left), () => this.#break(pair, cut));
        from.removeAllListeners('data');
      } else if (!to.write(bytes)) from.pause();
    });
    to.on('drain', () => {
      if (!pair.isStalled) from.resume();
    });
    from.on('end', () => to.end());
    from.on('close', () => {
      to.destroy();
      if (from.destroyed && to.destroyed) this.#pairs.delete(pair);
    });
  }

  #break(pair: Pair, { side, isReset }: Cut): void {
    const broken = { client: [pair.client], gateway: [pair.gateway], both: [pair.client, pair.gateway] }[
      side
    ];
    for (const socket of [pair.client, pair.gateway]) {
      // What the other leg still says goes nowhere, and it does not hear of the end.
      socket.removeAllListeners('data').removeAllListeners('end').removeAllListeners('close');
      socket.on('data', () => undefined).on('close', () => this.#pairs.delete(pair));
      socket.on('end', () => socket.destroy());
      socket.resume();
    }
    for (const socket of broken) {
      if (isReset) socket.resetAndDestroy();
      else socket.destroy();
    }
  }
}
