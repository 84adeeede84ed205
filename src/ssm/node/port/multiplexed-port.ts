import { SmuxSession } from '../../port/smux-session.ts';
import { Flag } from '../../wire/flag.ts';
import type { ConnectionOwner, LocalEnd, PortConnection } from './port-connection.ts';
import type { PortContext, PortDriver } from './port-driver.ts';

/** LocalPortForwarding with smux: each local connection is a stream (protocol notes, section 6.6). */
export class MultiplexedPort implements PortDriver, ConnectionOwner {
  readonly #context: PortContext;
  readonly #smux: SmuxSession;
  /** By stream; a connection whose stream the other side has closed is no longer here, and may still have bytes to take. */
  readonly #connections = new Map<number, PortConnection>();
  /** Those whose input waits until the data channel has taken what they have given. */
  readonly #paused = new Set<PortConnection>();
  #isWelcome = true;
  #isPumping = false;

  constructor(context: PortContext) {
    this.#context = context;
    this.#smux = new SmuxSession({
      onData: (id, bytes) => this.#connections.get(id)?.deliver(bytes),
      onEnded: (id) => this.#streamEnded(id)?.end('remote'),
      onRefused: (id) => {
        const connection = this.#streamEnded(id);
        if (connection === undefined) return;
        connection.isRefused = true;
        connection.reset('remote');
      },
    });
  }

  readonly heldBytes = 0;

  accept(end: LocalEnd): void {
    const connection = this.#context.book.add(end, this);
    connection.streamId = this.#smux.open();
    this.#connections.set(connection.streamId, connection);
    this.#pump();
    connection.resumeInput();
    this.#context.loadChanged();
  }

  onData(connection: PortConnection, bytes: Uint8Array): void {
    this.#smux.write(connection.streamId, bytes);
    this.#pump();
    if (this.#smux.queuedBytes(connection.streamId) === 0) return;
    connection.pauseInput();
    this.#paused.add(connection);
  }

  onHalfClosed(): void {
    this.#context.halfClosed();
  }

  closeHalfClosed(connection: PortConnection): void {
    this.#connections.delete(connection.streamId);
    this.#smux.close(connection.streamId);
    connection.end('local');
    this.#pump();
  }

  onClosed(connection: PortConnection, isAbrupt: boolean): void {
    this.#connections.delete(connection.streamId);
    this.#paused.delete(connection);
    this.#smux.close(connection.streamId, isAbrupt);
    this.#context.book.remove(connection);
    this.#pump();
    this.#context.connectionClosed();
  }

  onProgress(): void {
    this.#context.loadChanged();
  }

  receive(bytes: Uint8Array): void {
    try {
      this.#smux.receive(bytes);
    } catch (error) {
      this.#context.fail(error);
    }
  }

  flag(flag: number): void {
    if (flag === Flag.connectToPortError) this.#smux.connectFailed();
  }

  keepAlive(): void {
    this.#smux.keepAlive();
    this.#pump();
  }

  drained(): void {
    this.#isWelcome = true;
    this.#pump();
  }

  /** A stream that the other side had not closed is broken off, and its program is told so. */
  sessionEnded(isAbrupt: boolean): void {
    for (const connection of this.#context.book.open) {
      if (isAbrupt || this.#connections.has(connection.streamId)) connection.reset('session-ended');
    }
  }

  #streamEnded(id: number): PortConnection | undefined {
    const connection = this.#connections.get(id);
    this.#connections.delete(id);
    if (connection !== undefined) this.#paused.delete(connection);
    // Our FIN is due, but not from inside the decoder's call.
    process.nextTick(() => this.#pump());
    return connection;
  }

  /** Gives the data channel what it takes; then lets go on reading who has nothing left to give. */
  #pump(): void {
    if (this.#isPumping || !this.#isWelcome) return;
    this.#isPumping = true;
    while (this.#isWelcome) {
      const frame = this.#smux.takeFrame();
      if (frame === undefined) break;
      // First, since the channel may say from inside `write` that there is room again.
      this.#isWelcome = false;
      if (this.#context.write(frame)) this.#isWelcome = true;
    }
    this.#isPumping = false;
    for (const connection of this.#paused) {
      if (this.#smux.queuedBytes(connection.streamId) > 0) continue;
      this.#paused.delete(connection);
      connection.resumeInput();
    }
  }
}
