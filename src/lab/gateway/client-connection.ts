import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { offsetOf } from '../../ssm/wire/agent-message.ts';
import { FaultyLane } from '../faults/faulty-lane.ts';
import type { ConnectionFault, SessionFaults } from '../faults/session-faults.ts';
import { GatheredWriter } from './gathered-writer.ts';
import { messageTypeOf } from './service-message.ts';

/**
 * Bytes waiting in the client's socket (and held by faults) from which the agent should stop sending. A blocking
 * write stops the official agent at about the size of its socket buffer.
 */
const congestedBytes = 256 * 1024;

export interface ConnectionHandlers {
  onFrame(frame: Uint8Array): void;
  /** The socket has taken everything that was waiting. */
  onDrain(): void;
  onClose(): void;
  /** Looks on while frames pass the socket; absent unless the client is held to the rules. */
  witness?: ConnectionWitness;
}

export interface ConnectionWitness {
  onReceived(frame: Uint8Array, isBinary: boolean): void;
  onSent(frame: Uint8Array): void;
}

/** One client's WebSocket on a session's data channel, with the session's faults between it and the agent. */
export class ClientConnection {
  readonly #socket: WebSocket;
  readonly #faults: SessionFaults;
  readonly #handlers: ConnectionHandlers;
  readonly #down: FaultyLane;
  readonly #up: FaultyLane;
  readonly #writer: GatheredWriter;
  #isOpen = true;

  constructor(socket: WebSocket, transport: Duplex, faults: SessionFaults, handlers: ConnectionHandlers) {
    this.#socket = socket;
    this.#faults = faults;
    this.#handlers = handlers;
    this.#writer = new GatheredWriter(transport);
    this.#down = new FaultyLane((frame) => this.#write(frame));
    this.#up = new FaultyLane((frame) => handlers.onFrame(frame));
    socket.on('message', (data, isBinary) => this.#onMessage(data as Buffer, isBinary));
    socket.on('ping', (data) => this.#onPing(data));
    socket.on('close', () => this.#onClose());
    socket.on('error', () => undefined); // A close follows.
    transport.on('drain', () => handlers.onDrain());
  }

  get isCongested(): boolean {
    return this.#writer.bufferedBytes + this.#down.queuedBytes > congestedBytes;
  }

  send(frame: Uint8Array): void {
    if (!this.#isOpen) return;
    const verdict = this.#faults.concernsFrames
      ? this.#faults.judge('down', messageTypeOf(frame))
      : undefined;
    this.#down.pass(verdict?.corruptDigest ? withWrongDigest(frame) : frame, verdict, performance.now());
    if (verdict?.connection) this.#apply(verdict.connection);
  }

  /** Cuts, closes and stalls that name no frame: when they are asked for, and when this client has been let in. */
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
    this.#writer.flush();
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

  #write(frame: Uint8Array): void {
    this.#handlers.witness?.onSent(frame);
    this.#writer.write(frame);
  }

  #onMessage(frame: Uint8Array, isBinary: boolean): void {
    if (!this.#isOpen) return;
    this.#handlers.witness?.onReceived(frame, isBinary);
    const verdict = this.#faults.concernsFrames ? this.#faults.judge('up', messageTypeOf(frame)) : undefined;
    this.#up.pass(verdict?.corruptDigest ? withWrongDigest(frame) : frame, verdict, performance.now());
    if (verdict?.connection) this.#apply(verdict.connection);
  }

  #onPing(data: Buffer): void {
    const isMute = this.#down.isStalled || this.#up.isStalled;
    if (!this.#isOpen || isMute) return;
    this.#writer.flush();
    this.#socket.pong(data);
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

/** A copy, since the agent may send the frame again. */
function withWrongDigest(frame: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(frame);
  const at = offsetOf.payloadDigest;
  changed[at] = (changed[at] ?? 0) ^ 0xff;
  return changed;
}
