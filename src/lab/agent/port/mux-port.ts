import { encodeFlag, Flag } from '../../../ssm/wire/flag.ts';
import { PayloadType } from '../../../ssm/wire/payload-type.ts';
import type { Verdict } from '../agent-channel.ts';
import { OutputPump } from '../output-pump.ts';
import type { Program, ProgramHost } from '../program.ts';
import type { Destination } from './destination.ts';
import { isTerminateFlag } from './port-flags.ts';
import { MuxConnection } from './mux-connection.ts';
import { MuxSession, type MuxStream } from './mux-session.ts';

/**
 * Bytes between the data channel and the multiplexer at which the agent's reader waits. The official agent has a local
 * socket there, of about this size.
 */
const pipeBytes = 208 * 1024;

/** Keepalive of the official multiplexer, milliseconds (protocol notes, section 7). */
const keepaliveMs = 10_000;
const silenceMs = 30_000;

/** A Port session with many connections at once (protocol notes, section 6.6). */
export class MuxPort implements Program {
  readonly #host: ProgramHost;
  readonly #destination: Destination;
  readonly #session: MuxSession;
  readonly #pump: OutputPump;
  readonly #connections = new Set<MuxConnection>();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #accepted: MuxStream[] = [];
  #isDialing = false;
  #isBlocked = false;
  #isOver = false;
  #isPaused = false;

  constructor(host: ProgramHost, destination: Destination, hasKeepalive: boolean) {
    this.#host = host;
    this.#destination = destination;
    this.#session = new MuxSession({
      output: (parts) => this.#pump.pushAll(parts),
      onOpen: (stream) => {
        this.#accepted.push(stream);
        this.#dialNext();
      },
      onRead: () => this.#onRead(),
      onBroken: ({ message }) => this.#end('Failed', `The multiplexed connection has failed: ${message}`),
    });
    this.#pump = new OutputPump({
      firstReadMs: 0,
      betweenReadsMs: host.waits.betweenReadsMs,
      source: { pause: () => this.#steer(true), resume: () => this.#steer(false) },
      maySend: () => host.maySend(),
      send: (chunk) => host.send(PayloadType.output, chunk),
      onEnd: () => undefined,
    });
    if (hasKeepalive) this.#keepAlive();
  }

  take(payloadType: number, payload: Uint8Array): Verdict {
    if (this.#isOver) return 'taken';
    if (payloadType === PayloadType.flag) {
      if (isTerminateFlag(this.#host.record, payload)) this.#end('Success', '');
      return 'taken';
    }
    if (payloadType !== PayloadType.output) return 'taken';
    this.#session.push(payload);
    this.#isBlocked = this.#session.unreadBytes > pipeBytes && !this.#isOver;
    return this.#isBlocked ? 'blocked' : 'taken';
  }

  wake(): void {
    this.#pump.wake();
  }

  kill(): Promise<void> {
    this.#isOver = true;
    this.#pump.stop();
    for (const timer of this.#timers) clearInterval(timer);
    for (const connection of this.#connections) connection.close();
    return Promise.resolve();
  }

  /** One after the other: a destination that does not answer keeps the later ones waiting. */
  #dialNext(): void {
    const stream = this.#isDialing ? undefined : this.#accepted.shift();
    if (!stream) return;
    this.#isDialing = true;
    this.#destination
      .dial()
      .then(
        (socket) => {
          if (this.#isOver) return void socket.destroy();
          const connection = new MuxConnection(stream, socket, () => this.#connections.delete(connection));
          this.#connections.add(connection);
          if (this.#isPaused) connection.pause();
        },
        () => {
          if (this.#isOver) return;
          this.#host.send(PayloadType.flag, encodeFlag(Flag.connectToPortError));
          stream.close();
        },
      )
      .finally(() => {
        this.#isDialing = false;
        this.#session.onAccepted();
        this.#dialNext();
      });
  }

  /** Too much is on its way down: no connection is read. */
  #steer(isPaused: boolean): void {
    this.#isPaused = isPaused;
    for (const connection of this.#connections) {
      if (isPaused) connection.pause();
      else connection.resume();
    }
  }

  #onRead(): void {
    if (!this.#isBlocked || this.#session.unreadBytes > pipeBytes) return;
    this.#isBlocked = false;
    this.#host.unblock();
  }

  #keepAlive(): void {
    this.#timers.push(
      setInterval(() => this.#session.sendKeepalive(), keepaliveMs),
      setInterval(() => {
        const isSilent = !this.#session.takeReceived() && !this.#session.isExhausted;
        if (isSilent) this.#end('Failed', 'The multiplexed connection has failed: timeout');
      }, silenceMs),
    );
  }

  #end(status: 'Success' | 'Failed', output: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#host.end({ status, output }, 'quiet');
  }
}
