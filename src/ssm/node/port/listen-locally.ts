import { chmod, lstat, unlink } from 'node:fs/promises';
import * as net from 'node:net';
import { SsmError } from '../../ssm-error.ts';
import { describeAddress, type LocalAddress } from './local-address.ts';
import { findPortOwner } from './port-owner.ts';

export type { LocalAddress } from './local-address.ts';

/** The local side of a tunnel. It accepts connections from the start, and keeps them until somebody serves them. */
export interface LocalListener {
  /** With the port in use, where 0 was asked for. */
  readonly address: LocalAddress;
  /** Gives each connection to `onConnection`, those that wait already included; they are paused. Once. */
  serve(onConnection: (socket: net.Socket) => void): void;
  /** Accepts no more, and closes the connections that nobody serves. Idempotent. */
  close(): Promise<void>;
}

/** The owner of a port that is in use, where the system tells. */
export interface PortOwner {
  pid: number;
  name: string;
}

/** `port-busy`, with the program that has the port. */
export class PortBusyError extends SsmError {
  readonly owner: PortOwner | undefined;

  constructor(address: LocalAddress, owner: PortOwner | undefined, cause: unknown) {
    const by = owner === undefined ? 'by another program' : `by ${owner.name} (process ${owner.pid})`;
    super('port-busy', `${describeAddress(address)} is in use ${by}.`, cause);
    this.owner = owner;
  }
}

/** Connections that wait for the session to be established; beyond it the program that connects too fast is turned away. */
const waitingConnections = 1024;

/**
 * Listens on `address`, before StartSession is called, so that a conflict costs no session. Rejects with an
 * {@link SsmError}: `port-busy` ({@link PortBusyError}), `port-denied`, or `address-unavailable` for everything else.
 *
 * The socket file of a unix address is for this user only. One that a crashed program has left is removed, after nobody
 * has answered on it; a file of another kind is never touched.
 */
export async function listenLocally(address: LocalAddress): Promise<LocalListener> {
  try {
    return await listen(address);
  } catch (error) {
    if (!hasCode(error, 'EADDRINUSE')) throw listenError(address, error);
    if (address.kind === 'tcp' || !(await isStaleSocket(address.path))) throw await busyError(address, error);
  }
  try {
    await unlink(address.path);
    return await listen(address);
  } catch (error) {
    throw hasCode(error, 'EADDRINUSE') ? await busyError(address, error) : listenError(address, error);
  }
}

async function listen(address: LocalAddress): Promise<LocalListener> {
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
  const listener = new NodeListener(server, address);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(
      address.kind === 'unix'
        ? { path: address.path }
        : { host: address.host, port: address.port, exclusive: true },
      () => {
        server.off('error', reject);
        resolve();
      },
    );
  });
  // A connection that could not be accepted, for want of file descriptors, is the system's to offer again.
  server.on('error', () => {});
  if (address.kind === 'unix' && process.platform !== 'win32') await chmod(address.path, 0o600);
  return listener;
}

class NodeListener implements LocalListener {
  readonly #server: net.Server;
  readonly #wanted: LocalAddress;
  #waiting = new Set<net.Socket>();
  #onConnection: ((socket: net.Socket) => void) | undefined;
  #port = 0;
  #closed: Promise<void> | undefined;

  constructor(server: net.Server, wanted: LocalAddress) {
    this.#server = server;
    this.#wanted = wanted;
    server.on('connection', (socket) => this.#take(socket));
    server.on('listening', () => {
      const bound = server.address();
      if (bound !== null && typeof bound === 'object') this.#port = bound.port;
    });
  }

  get address(): LocalAddress {
    return this.#wanted.kind === 'unix' ? this.#wanted : { ...this.#wanted, port: this.#port };
  }

  serve(onConnection: (socket: net.Socket) => void): void {
    this.#onConnection = onConnection;
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const socket of waiting) {
      socket.removeAllListeners();
      if (!socket.destroyed) onConnection(socket);
    }
  }

  async close(): Promise<void> {
    this.#closed ??= this.#close();
    await this.#closed;
  }

  async #close(): Promise<void> {
    for (const socket of this.#waiting) socket.destroy();
    this.#waiting.clear();
    this.#onConnection = (socket) => socket.destroy();
    // The callback of close() waits for every connection; ours have other owners. No new one comes after this line.
    this.#server.close();
  }

  #take(socket: net.Socket): void {
    if (this.#onConnection !== undefined) {
      this.#onConnection(socket);
    } else if (this.#waiting.size >= waitingConnections) {
      socket.destroy();
    } else {
      this.#waiting.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#waiting.delete(socket));
    }
  }
}

/** Whether `path` is a socket file on which nobody listens. */
async function isStaleSocket(path: string): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats?.isSocket() !== true) return false;
  return new Promise((resolve) => {
    const probe = net.connect({ path });
    probe.once('connect', () => {
      probe.destroy();
      resolve(false);
    });
    probe.once('error', (error) => resolve(hasCode(error, 'ECONNREFUSED')));
  });
}

async function busyError(address: LocalAddress, cause: unknown): Promise<PortBusyError> {
  return new PortBusyError(address, await findPortOwner(address), cause);
}

function listenError(address: LocalAddress, cause: unknown): SsmError {
  const where = describeAddress(address);
  if (hasCode(cause, 'EACCES') || hasCode(cause, 'EPERM'))
    return new SsmError('port-denied', `The system does not let this program listen on ${where}.`, cause);
  return new SsmError('address-unavailable', `${where} is not an address to listen on here.`, cause);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}
