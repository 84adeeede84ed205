import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { FaultyLane } from '../faults/faulty-lane.ts';
import type { ConnectionFault, SessionFaults } from '../faults/session-faults.ts';
import { messageTypeOf } from './service-message.ts';

/**
 * Bytes waiting in the client's socket (and held by faults) from which the agent should stop sending. A blocking
 * write stops the official agent at about the size of its socket buffer.
 */
const congestedBytes = 256 * 1024;

/** In a flood frames are gathered for this long, or up to this many bytes. */
const gatherMs = 1;
const gatherBytes = 64 * 1024;
/** Fewer bytes than this at once are no flood: an acknowledge, and the echo that comes right behind it. */
const floodBytes = 4096;

export interface ConnectionHandlers {
  onFrame(frame: Uint8Array): void;
  /** The socket has taken everything that was waiting. */
  onDrain(): void;
  onClose(): void;
}

/** One client's WebSocket on a session's data channel, with the session's faults between it and the agent. */
export class ClientConnection {
  readonly #socket: WebSocket;
  readonly #transport: Duplex;
  readonly #faults: SessionFaults;
  readonly #handlers: ConnectionHandlers;
  readonly #down: FaultyLane;
  readonly #up: FaultyLane;
  #isCorked = false;
  #corkedBytes = 0;
  #flushedBytes = 0;
  #flushedAt = 0;
  #isOpen = true;

  constructor(socket: WebSocket, transport: Duplex, faults: SessionFaults, handlers: ConnectionHandlers) {
    this.#socket = socket;
    this.#transport = transport;
    this.#faults = faults;
    this.#handlers = handlers;
    this.#down = new FaultyLane((frame) => this.#write(frame));
    this.#up = new FaultyLane((frame) => handlers.onFrame(frame));
    socket.on('message', (data) => this.#onMessage(data as Buffer));
    socket.on('ping', (data) => this.#onPing(data));
    socket.on('close', () => this.#onClose());
    socket.on('error', () => undefined); // A close follows.
    transport.on('drain', () => handlers.onDrain());
    this.applyImmediateFaults();
  }

  get isCongested(): boolean {
    return this.#socket.bufferedAmount + this.#down.queuedBytes > congestedBytes;
  }

  send(frame: Uint8Array): void {
    if (!this.#isOpen) return;
    const verdict = this.#faults.concernsFrames
      ? this.#faults.judge('down', messageTypeOf(frame))
      : undefined;
    this.#down.pass(frame, verdict, performance.now());
    if (verdict?.connection) this.#apply(verdict.connection);
  }

  /** Cuts, closes and stalls that name no frame. */
  applyImmediateFaults(): void {
    for (
      let fault = this.#faults.takeImmediate();
      fault && this.#isOpen;
      fault = this.#faults.takeImmediate()
    ) {
      this.#apply(fault);
    }
  }

  /** A closing handshake, at once: what a fault still holds is lost. */
  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** A closing handshake, after all that has been sent, however late a fault makes it. */
  closeAfterAll(code: number, reason: string): void {
    this.#down.whenEmpty(() => this.close(code, reason));
  }

  /** Drops the connection without a close frame, as the service and both official peers do. */
  cut(): void {
    this.#socket.terminate();
    this.#onClose();
  }

  /**
   * Frames leave in as few system calls as possible, since a flood is many small ones: those of one turn of the event
   * loop together, and in the middle of a flood those of a millisecond.
   */
  #write(frame: Uint8Array): void {
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#transport.cork();
      const isFlood = this.#flushedBytes >= floodBytes && performance.now() - this.#flushedAt < gatherMs;
      if (isFlood) setTimeout(() => this.#flush(), gatherMs);
      else setImmediate(() => this.#flush());
    }
    this.#corkedBytes += frame.length;
    this.#socket.send(frame, { binary: true, fin: true, compress: false });
    if (this.#corkedBytes >= gatherBytes) this.#flush();
  }

  #flush(): void {
    if (!this.#isCorked) return;
    this.#isCorked = false;
    this.#flushedBytes = this.#corkedBytes;
    this.#corkedBytes = 0;
    this.#flushedAt = performance.now();
    this.#transport.uncork();
  }

  #onMessage(frame: Uint8Array): void {
    if (!this.#isOpen) return;
    const verdict = this.#faults.concernsFrames ? this.#faults.judge('up', messageTypeOf(frame)) : undefined;
    this.#up.pass(frame, verdict, performance.now());
    if (verdict?.connection) this.#apply(verdict.connection);
  }

  #onPing(data: Buffer): void {
    const isMute = this.#down.isStalled || this.#up.isStalled;
    if (this.#isOpen && !isMute) this.#socket.pong(data);
  }

  #apply(fault: ConnectionFault): void {
    switch (fault.kind) {
      case 'cut':
        this.cut();
        break;
      case 'close':
        this.close(fault.code, fault.code === 1000 ? 'Bye' : '');
        break;
      case 'stall':
        if (fault.direction !== 'up') this.#down.stall(fault.ms);
        if (fault.direction !== 'down') this.#up.stall(fault.ms);
        break;
    }
  }

  #onClose(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#down.drop();
    this.#up.drop();
    this.#handlers.onClose();
  }
}
