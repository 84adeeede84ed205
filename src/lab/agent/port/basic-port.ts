import type { Socket } from 'node:net';
import { PayloadType } from '../../../ssm/wire/payload-type.ts';
import type { Verdict } from '../agent-channel.ts';
import { OutputPump } from '../output-pump.ts';
import type { Program, ProgramHost } from '../program.ts';
import type { Destination } from './destination.ts';
import { isDisconnectFlag, isTerminateFlag } from './port-flags.ts';

/** Bytes that the connection has not taken at which the agent's reader waits for it. */
const writeHighWaterBytes = 256 * 1024;

/**
 * A Port session with one connection at a time (protocol notes, sections 6.5 and 6.7).
 *
 * | event                       | with `type` LocalPortForwarding             | without a type (SSH)        |
 * |-----------------------------|---------------------------------------------|-----------------------------|
 * | server closes               | the next Output connects again              | the session ends, Success   |
 * | server's connection breaks  | the same                                    | the session ends, Failed    |
 * | DisconnectToPort            | closes; the next Output connects again      | closes; the session ends    |
 * | connecting again fails      | the session ends, Failed                    | –                           |
 * | TerminateSession            | the session ends, Success                   | the same                    |
 */
export class BasicPort implements Program {
  readonly #host: ProgramHost;
  readonly #destination: Destination;
  readonly #connectsAgain: boolean;
  #connection: { socket: Socket; pump: OutputPump } | undefined;
  #isOver = false;

  constructor(host: ProgramHost, destination: Destination, socket: Socket, connectsAgain: boolean) {
    this.#host = host;
    this.#destination = destination;
    this.#connectsAgain = connectsAgain;
    this.#join(socket);
  }

  take(payloadType: number, payload: Uint8Array): Verdict {
    if (this.#isOver) return 'taken';
    if (payloadType === PayloadType.output) return this.#write(payload);
    if (payloadType === PayloadType.flag) {
      if (isTerminateFlag(this.#host.record, payload)) this.#end('Success', '');
      else if (isDisconnectFlag(this.#host.record, payload)) this.#disconnect();
    }
    return 'taken';
  }

  wake(): void {
    this.#connection?.pump.wake();
  }

  kill(): Promise<void> {
    this.#isOver = true;
    this.#drop();
    return Promise.resolve();
  }

  #write(payload: Uint8Array): Verdict {
    if (!this.#connection) {
      this.#connectAgain(payload);
      return 'blocked';
    }
    const { socket } = this.#connection;
    socket.write(payload);
    if (socket.writableLength < writeHighWaterBytes) return 'taken';
    const goOn = () => {
      socket.off('drain', goOn);
      socket.off('close', goOn);
      this.#host.unblock();
    };
    socket.on('drain', goOn);
    socket.on('close', goOn);
    return 'blocked';
  }

  #connectAgain(payload: Uint8Array): void {
    this.#destination.dial().then(
      (socket) => {
        if (this.#isOver) return void socket.destroy();
        this.#join(socket);
        socket.write(payload);
        this.#host.unblock();
      },
      (error: Error) => {
        this.#host.unblock();
        this.#end('Failed', connectFailure(error));
      },
    );
  }

  #join(socket: Socket): void {
    const { waits } = this.#host;
    const pump = new OutputPump({
      firstReadMs: 0,
      betweenReadsMs: waits.betweenReadsMs,
      source: socket,
      maySend: () => this.#host.maySend(),
      send: (chunk) => this.#host.send(PayloadType.output, chunk),
      onEnd: () => this.#onServerEnd('Success'),
    });
    this.#connection = { socket, pump };
    socket.on('data', (bytes) => pump.push(bytes));
    socket.on('end', () => pump.end());
    socket.on('error', () => this.#onServerEnd('Failed'));
    socket.resume();
  }

  #onServerEnd(status: 'Success' | 'Failed'): void {
    this.#drop();
    if (!this.#connectsAgain) this.#end(status, '');
  }

  #disconnect(): void {
    this.#drop();
    if (!this.#connectsAgain) this.#end('Failed', '');
  }

  /** What the agent has not read of the server is lost. */
  #drop(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.pump.stop();
    connection?.socket.destroy();
  }

  #end(status: 'Success' | 'Failed', output: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#host.end({ status, output }, 'quiet');
  }
}

export function connectFailure(error: Error): string {
  return `Unable to connect to specified port: ${error.message}`;
}
