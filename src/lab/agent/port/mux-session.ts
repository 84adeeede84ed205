import { SmuxCommand, SmuxDecoder, smuxHeaderBytes, writeSmuxHeader } from '../../../ssm/wire/smux-frame.ts';

/**
 * The server's end of a multiplexer (protocol notes, section 7): streams that the client opens, in one stream of bytes
 * each way. It has no socket and no timer.
 *
 * Flow control is one bucket for all streams: bytes that have been received and not yet been read from their streams.
 * When it is used up, nothing more is read, so one slow reader stops its neighbours. What the client sends meanwhile
 * waits in front of the decoder.
 */
export const maxFrameBytes = 32_768;
export const bucketBytes = 4 * 1024 * 1024;
/** Streams that wait to be accepted at which reading stops. */
const acceptBacklog = 1024;

export interface MuxSessionOptions {
  /** Bytes for the client, in order; views stay unchanged. */
  output(parts: readonly Uint8Array[]): void;
  onOpen(stream: MuxStream): void;
  /** Bytes in front of the decoder have been read. */
  onRead(): void;
  /** What the client sent are no frames; nothing can be done then but to end. */
  onBroken(error: Error): void;
}

/** One connection inside the multiplexer. */
export interface MuxStream {
  readonly id: number;
  /** Called when {@link MuxStream.read} has something to give, or the client has closed. */
  onReadable: () => void;
  /** The next bytes of the client, `end` after the last of them, undefined while there is nothing. */
  read(): Uint8Array | 'end' | undefined;
  write(bytes: Uint8Array): void;
  /** Closes both directions; the client is told once. What it still sends is thrown away. */
  close(): void;
}

export class MuxSession {
  readonly #options: MuxSessionOptions;
  readonly #decoder = new SmuxDecoder();
  readonly #streams = new Map<number, Stream>();
  #bucket = bucketBytes;
  #unaccepted = 0;
  #unread: Uint8Array[] = [];
  #unreadBytes = 0;
  #isReading = false;
  #hasReceived = false;

  constructor(options: MuxSessionOptions) {
    this.#options = options;
  }

  /** Bytes of the client in front of the decoder. */
  get unreadBytes(): number {
    return this.#unreadBytes;
  }

  get isExhausted(): boolean {
    return this.#bucket <= 0;
  }

  /** Whether anything at all has been read since the last call. */
  takeReceived(): boolean {
    const has = this.#hasReceived;
    this.#hasReceived = false;
    return has;
  }

  /** Bytes from the client. */
  push(bytes: Uint8Array): void {
    this.#unread.push(bytes);
    this.#unreadBytes += bytes.length;
    this.#read();
  }

  /** A stream that was opened has been connected or given up, so another one may come. */
  onAccepted(): void {
    this.#unaccepted -= 1;
    this.#read();
  }

  sendKeepalive(): void {
    this.#send(SmuxCommand.nop, 0);
  }

  #read(): void {
    // Reading gives bytes to streams, which give bytes back to the bucket, which would read again.
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      this.#decode();
    } catch (error) {
      this.#unread = [];
      this.#unreadBytes = 0;
      this.#options.onBroken(error as Error);
    }
    this.#isReading = false;
    this.#options.onRead();
  }

  #decode(): void {
    while (this.#bucket > 0 && this.#unaccepted < acceptBacklog) {
      const chunk = this.#unread.shift();
      if (!chunk) return;
      this.#unreadBytes -= chunk.length;
      this.#hasReceived = true;
      this.#decoder.push(chunk, ({ command, streamId, payload }) =>
        this.#onFrame(command, streamId, payload),
      );
    }
  }

  #onFrame(command: SmuxCommand, id: number, payload: Uint8Array): void {
    if (command === SmuxCommand.syn) return this.#open(id);
    const stream = this.#streams.get(id);
    if (command === SmuxCommand.fin) stream?.onFin();
    else if (command === SmuxCommand.psh && stream && payload.length > 0) {
      this.#bucket -= payload.length;
      stream.onData(payload);
    }
  }

  #open(id: number): void {
    if (this.#streams.has(id)) return;
    const stream = new Stream(id, {
      onRead: (bytes) => {
        this.#bucket += bytes;
        this.#read();
      },
      write: (bytes) => this.#write(id, bytes),
      onClose: () => {
        this.#streams.delete(id);
        this.#send(SmuxCommand.fin, id);
      },
    });
    this.#streams.set(id, stream);
    this.#unaccepted += 1;
    this.#options.onOpen(stream);
  }

  #write(id: number, bytes: Uint8Array): void {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += maxFrameBytes) {
      const payload = bytes.subarray(at, at + maxFrameBytes);
      parts.push(header(SmuxCommand.psh, id, payload.length), payload);
    }
    this.#options.output(parts);
  }

  #send(command: SmuxCommand, id: number): void {
    this.#options.output([header(command, id, 0)]);
  }
}

interface StreamOptions {
  /** Bytes have left the stream, read or thrown away. */
  onRead(bytes: number): void;
  write(bytes: Uint8Array): void;
  onClose(): void;
}

class Stream implements MuxStream {
  readonly id: number;
  onReadable: () => void = () => undefined;
  readonly #options: StreamOptions;
  #queue: Uint8Array[] = [];
  #hasClientClosed = false;
  #isClosed = false;

  constructor(id: number, options: StreamOptions) {
    this.id = id;
    this.#options = options;
  }

  onData(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    this.onReadable();
  }

  onFin(): void {
    this.#hasClientClosed = true;
    this.onReadable();
  }

  read(): Uint8Array | 'end' | undefined {
    const bytes = this.#queue.shift();
    if (!bytes) return this.#hasClientClosed ? 'end' : undefined;
    this.#options.onRead(bytes.length);
    return bytes;
  }

  write(bytes: Uint8Array): void {
    if (!this.#isClosed) this.#options.write(bytes);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.onReadable = () => undefined;
    const left = this.#queue.reduce((sum, bytes) => sum + bytes.length, 0);
    this.#queue = [];
    this.#options.onClose();
    this.#options.onRead(left);
  }
}

function header(command: SmuxCommand, id: number, length: number): Uint8Array {
  const bytes = new Uint8Array(smuxHeaderBytes);
  writeSmuxHeader(bytes, 0, command, id, length);
  return bytes;
}
