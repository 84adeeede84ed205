import { BasicSession } from '../../port/basic-session.ts';
import { Flag } from '../../wire/flag.ts';
import type { ConnectionOwner, LocalEnd, PortConnection } from './port-connection.ts';
import type { PortContext, PortDriver } from './port-driver.ts';

/**
 * A session whose bytes are those of one connection: LocalPortForwarding with an old agent, where the next local connection
 * follows the one before, and stream ports such as SSH, where there is only one (protocol notes, sections 6.5 and 6.7).
 */
export class OneConnectionPort implements PortDriver, ConnectionOwner {
  readonly #context: PortContext;
  readonly #session = new BasicSession();
  #connection: PortConnection | undefined;
  /** Local programs that have connected while another is being served; not yet read from. */
  readonly #waiting: LocalEnd[] = [];
  #isWelcome = true;

  constructor(context: PortContext) {
    this.#context = context;
  }

  get heldBytes(): number {
    return this.#session.heldBytes;
  }

  accept(end: LocalEnd): void {
    this.#waiting.push(end);
    this.#serveNext();
  }

  #serveNext(): void {
    if (this.#connection !== undefined) return;
    const end = this.#waiting.shift();
    if (end === undefined) return;
    const connection = this.#context.book.add(end, this);
    this.#connection = connection;
    for (const bytes of this.#session.join()) connection.deliver(bytes);
    this.#letRead();
    this.#context.loadChanged();
  }

  /** Input is read only while it may be sent, so none is kept here. */
  #letRead(): void {
    if (this.#isWelcome && this.#session.acceptsInput) this.#connection?.resumeInput();
    else this.#connection?.pauseInput();
  }

  onData(connection: PortConnection, bytes: Uint8Array): void {
    if (connection !== this.#connection) return;
    this.#session.sent();
    this.#isWelcome = false;
    if (this.#context.write(bytes)) this.#isWelcome = true;
    this.#letRead();
  }

  onHalfClosed(): void {
    this.#context.halfClosed();
  }

  closeHalfClosed(connection: PortConnection): void {
    connection.end('local');
    this.#part(connection);
  }

  onClosed(connection: PortConnection): void {
    this.#context.book.remove(connection);
    this.#part(connection);
    this.#context.connectionClosed();
    this.#serveNext();
  }

  onProgress(): void {
    this.#context.loadChanged();
  }

  /** The next local connection is served once this one's socket is closed. */
  #part(connection: PortConnection): void {
    if (connection !== this.#connection) return;
    this.#connection = undefined;
    const parting = this.#session.part();
    if (parting === undefined) return;
    this.#context.sendFlag(Flag.disconnectToPort);
    void this.#context.flushed().then(() => {
      this.#session.partingAcknowledged(parting);
      this.#letRead();
    });
  }

  receive(bytes: Uint8Array): void {
    const fate = this.#session.receive(bytes);
    if (fate === 'deliver') this.#connection?.deliver(bytes);
    else if (fate === 'held') this.#context.loadChanged();
  }

  /** The agent's flags concern multiplexed sessions. */
  flag(): void {}

  drained(): void {
    this.#isWelcome = true;
    this.#letRead();
  }

  /** What has come is complete as far as anybody can tell: the end of the session is how the server's end is told. */
  sessionEnded(isAbrupt: boolean): void {
    for (const end of this.#waiting.splice(0)) end.output.destroy();
    for (const connection of this.#context.book.open) {
      if (isAbrupt) connection.reset('session-ended');
      else connection.end('session-ended');
    }
  }
}
