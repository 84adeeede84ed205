import {
  encodeSmuxFrame,
  SmuxCommand,
  SmuxDecoder,
  type SmuxFrame,
  smuxHeaderBytes,
  writeSmuxHeader,
} from '../wire/smux-frame.ts';
import { RefusedDials } from './refused-dials.ts';
import { SendQueue } from './send-queue.ts';

/** What the other side's bytes say about our streams. */
export interface SmuxEvents {
  /** The next bytes of a stream; a view of what was received, or of a piece of it. */
  onData(id: number, bytes: Uint8Array): void;
  /** The other side has closed the stream, both directions of it; it is forgotten once our FIN is taken. */
  onEnded(id: number): void;
  /** The same, because the agent could not connect to the destination. */
  onRefused(id: number): void;
}

/**
 * `open`: FIN is not yet asked for. `closing`: FIN follows what is queued; data still comes. `ended`: the other side has
 * closed, FIN is all that is left to send.
 */
type StreamPhase = 'open' | 'closing' | 'ended';

interface Stream {
  readonly id: number;
  readonly queue: SendQueue;
  phase: StreamPhase;
  /** Whether it stands in the line of those that have something to send. */
  isInLine: boolean;
}

/**
 * A frame with its header fills whole messages of the data channel, 1024 bytes each, which the official limit of 32 768
 * bytes of payload does not.
 */
const longestFrameBytes = 32 * 1024;
/** While several streams have something to send: short turns, so that a keystroke does not wait behind blocks of others. */
const sharedFrameBytes = 8 * 1024;
const firstId = 3;
const idStep = 2;

/**
 * The client's half of smux, version 1, without keepalive of its own (protocol notes, section 7): streams of bytes in one.
 *
 * It never waits and never sends: what is to go out is taken by {@link takeFrame}, when the data channel has room, and
 * between streams that have something to say the turns go round.
 */
export class SmuxSession {
  readonly #events: SmuxEvents;
  readonly #decoder = new SmuxDecoder();
  readonly #streams = new Map<number, Stream>();
  readonly #refusals = new RefusedDials();
  /** SYN and NOP: 8 bytes each, in front of all data, since a stream opens at once. */
  #control: Uint8Array[] = [];
  #line: Stream[] = [];
  #nextId = firstId;
  #isKeepaliveQueued = false;
  readonly #onFrame = (frame: SmuxFrame): void => this.#receiveFrame(frame);

  constructor(events: SmuxEvents) {
    this.#events = events;
  }

  /** Streams that are not yet closed from both sides. */
  get streamCount(): number {
    return this.#streams.size;
  }

  /** Bytes of a stream that are not yet taken. */
  queuedBytes(id: number): number {
    return this.#streams.get(id)?.queue.bytes ?? 0;
  }

  /** Opens a stream. Its id is the next odd number from 3 on; none is used twice. */
  open(): number {
    const id = this.#nextId;
    this.#nextId += idStep;
    this.#streams.set(id, { id, queue: new SendQueue(), phase: 'open', isInLine: false });
    this.#refusals.opened(id);
    this.#control.push(encodeSmuxFrame(SmuxCommand.syn, id));
    return id;
  }

  /** Queues data, which must stay as it is until it is taken. Ignored where the stream is closed from either side. */
  write(id: number, bytes: Uint8Array): void {
    const stream = this.#streams.get(id);
    if (stream?.phase !== 'open' || bytes.length === 0) return;
    stream.queue.push(bytes);
    this.#enterLine(stream);
  }

  /** Closes a stream behind what is queued, or, where `discard` says so, at once. There is no half-close in smux. */
  close(id: number, discard = false): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    if (discard) stream.queue.clear();
    if (stream.phase === 'open') stream.phase = 'closing';
    this.#enterLine(stream);
  }

  /** Queues a NOP, unless one is still waiting: while nothing can be sent they do not pile up. */
  keepAlive(): void {
    if (this.#isKeepaliveQueued) return;
    this.#isKeepaliveQueued = true;
    this.#control.push(encodeSmuxFrame(SmuxCommand.nop, 0));
  }

  /** The next frame to send, or undefined when there is none. */
  takeFrame(): Uint8Array | undefined {
    if (this.#control.length > 0) return this.#takeControl();
    const stream = this.#line.shift();
    if (stream === undefined) return undefined;
    stream.isInLine = false;
    return stream.queue.bytes > 0 ? this.#takeData(stream) : this.#takeFin(stream);
  }

  /** All SYN and NOP that wait, as one piece. */
  #takeControl(): Uint8Array {
    const bytes =
      this.#control.length === 1 ? (this.#control[0] as Uint8Array) : Buffer.concat(this.#control);
    this.#control = [];
    this.#isKeepaliveQueued = false;
    return bytes;
  }

  #takeData(stream: Stream): Uint8Array {
    const longest = this.#line.length === 0 ? longestFrameBytes : sharedFrameBytes;
    const length = Math.min(stream.queue.bytes, longest - smuxHeaderBytes);
    const frame = Buffer.allocUnsafe(smuxHeaderBytes + length);
    writeSmuxHeader(frame, 0, SmuxCommand.psh, stream.id, length);
    stream.queue.takeInto(frame, smuxHeaderBytes, length);
    if (stream.queue.bytes > 0 || stream.phase !== 'open') this.#enterLine(stream);
    return frame;
  }

  #takeFin(stream: Stream): Uint8Array {
    this.#streams.delete(stream.id);
    return encodeSmuxFrame(SmuxCommand.fin, stream.id);
  }

  #enterLine(stream: Stream): void {
    if (stream.isInLine) return;
    stream.isInLine = true;
    this.#line.push(stream);
  }

  /**
   * Takes the next bytes from the other side, cut anywhere. Throws `WireError` for what is not smux; the events of the frames
   * in front have been told, and nothing can be received any more.
   */
  receive(bytes: Uint8Array): void {
    this.#decoder.push(bytes, this.#onFrame);
  }

  /** The agent's ConnectToPortError flag, in the order in which it came between the bytes. */
  connectFailed(): void {
    this.#refusals.flag();
  }

  /** SYN and NOP need no answer. Data and FIN of a stream that is not known, such as one we have closed, are skipped. */
  #receiveFrame({ command, streamId, payload }: SmuxFrame): void {
    if (command === SmuxCommand.psh) {
      this.#refusals.data(streamId);
      const phase = this.#streams.get(streamId)?.phase;
      if (payload.length > 0 && (phase === 'open' || phase === 'closing'))
        this.#events.onData(streamId, payload);
    } else if (command === SmuxCommand.fin) {
      const isRefused = this.#refusals.fin(streamId);
      const stream = this.#streams.get(streamId);
      if (stream === undefined || stream.phase === 'ended') return;
      // The other side discards what comes now.
      stream.phase = 'ended';
      stream.queue.clear();
      this.#enterLine(stream);
      if (isRefused) this.#events.onRefused(streamId);
      else this.#events.onEnded(streamId);
    }
  }
}
