import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { parseOpenDataChannel } from '../../../src/ssm/wire/open-data-channel.ts';
import { AgentModel } from './agent-model.ts';
import { countingIds } from './random.ts';

/** One connection of a client, as the gateway sees it. */
export interface ClientConnection {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
}

/**
 * A message gateway on a loopback port with one agent behind it, over real sockets. It holds one session; the agent keeps
 * its state over any number of connections.
 */
export class LocalGateway {
  readonly connections: ClientConnection[] = [];
  /** Tokens of the OpenDataChannel frames, in order. */
  readonly tokens: string[] = [];
  readonly agent = new AgentModel((frame) => this.#socket?.send(frame), countingIds(99));
  readonly #server: WebSocketServer;
  readonly #tick: NodeJS.Timeout;
  #socket: WebSocket | undefined;
  #waiting: { isTrue: () => boolean; resolve: () => void }[] = [];

  constructor(server: WebSocketServer) {
    this.#server = server;
    this.#tick = setInterval(() => this.agent.tick(performance.now()), 100);
    server.on('connection', (socket: WebSocket, request: IncomingMessage) => {
      this.connections.push({ socket, request });
      this.#serve(socket);
      this.changed();
    });
  }

  /** `answersPings` false: a gateway that has stalled, as far as pings can tell. */
  static async listen(options: { answersPings?: boolean } = {}): Promise<LocalGateway> {
    const server = new WebSocketServer({
      host: '127.0.0.1',
      port: 0,
      autoPong: options.answersPings ?? true,
    });
    await new Promise((resolve) => server.once('listening', resolve));
    return new LocalGateway(server);
  }

  /** A stream URL with what base64 may hold that a URL class could rewrite. */
  get streamUrl(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `ws://127.0.0.1:${port}/v1/data-channel/session?role=publish_subscribe&cell-number=AAEAA+b/cd==`;
  }

  #serve(socket: WebSocket): void {
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) this.agent.receive(data, performance.now());
      else {
        this.tokens.push(parseOpenDataChannel(data.toString()).tokenValue);
        this.#socket = socket;
      }
      this.changed();
    });
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
      this.changed();
    });
  }

  print(bytes: Uint8Array): void {
    this.agent.output(bytes, performance.now());
  }

  /** The connection that has been opened last and still is. */
  get socket(): WebSocket {
    if (this.#socket === undefined) throw new Error('No client is connected.');
    return this.#socket;
  }

  get isConnected(): boolean {
    return this.#socket !== undefined;
  }

  /** Resolves when `isTrue` holds; looked at whenever something happens here or {@link changed} is called. */
  async until(isTrue: () => boolean): Promise<void> {
    if (isTrue()) return;
    await new Promise<void>((resolve) => this.#waiting.push({ isTrue, resolve }));
  }

  readonly changed = (): void => {
    const [done, rest] = [
      this.#waiting.filter(({ isTrue }) => isTrue()),
      this.#waiting.filter(({ isTrue }) => !isTrue()),
    ];
    this.#waiting = rest;
    for (const { resolve } of done) resolve();
  };

  async close(): Promise<void> {
    clearInterval(this.#tick);
    for (const { socket } of this.connections) socket.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
