import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { type FromFarEnd, makeLineReader, type ToFarEnd } from './link-messages.ts';

export interface FarEnd {
  /** Of its server; absent on standard input and output. */
  port: number | undefined;
  say(message: ToFarEnd): void;
}

type StreamNews = FromFarEnd & { id: number };

/** The links to the far ends: who has said hello, and what they say of which stream. */
export class FarEnds {
  readonly port: number;
  readonly #server: Server;
  readonly #links = new Set<Socket>();
  readonly #arrived = new Map<string, FarEnd>();
  readonly #awaited = new Map<string, (farEnd: FarEnd) => void>();
  readonly #listeners = new Map<number, (news: StreamNews) => void>();

  static async listen(): Promise<FarEnds> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FarEnds(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (link) => this.#accept(link));
  }

  /** Resolves when the far end of that name has said hello. */
  async named(name: string): Promise<FarEnd> {
    return this.#arrived.get(name) ?? (await new Promise((resolve) => this.#awaited.set(name, resolve)));
  }

  /** What is said of stream `id` from now on, until `undefined` is given. */
  listen(id: number, onNews: ((news: StreamNews) => void) | undefined): void {
    if (onNews === undefined) this.#listeners.delete(id);
    else this.#listeners.set(id, onNews);
  }

  /** The far ends end themselves. */
  async close(): Promise<void> {
    for (const link of this.#links) link.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(link: Socket): void {
    this.#links.add(link);
    link.setEncoding('utf8');
    link.on('error', () => undefined);
    link.on('close', () => this.#links.delete(link));
    const say = (message: ToFarEnd): void => void link.write(`${JSON.stringify(message)}\n`);
    const read = makeLineReader((line) => {
      const message = JSON.parse(line) as FromFarEnd;
      if (message.kind === 'hello') this.#welcome(message.name, { port: message.port, say });
      else this.#listeners.get(message.id)?.(message);
    });
    link.on('data', read);
  }

  #welcome(name: string, farEnd: FarEnd): void {
    this.#arrived.set(name, farEnd);
    this.#awaited.get(name)?.(farEnd);
    this.#awaited.delete(name);
  }
}
