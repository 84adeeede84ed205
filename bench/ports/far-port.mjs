import { SmuxCommand, SmuxDecoder, writeSmuxHeader } from '../../src/ssm/wire/smux-frame.ts';
import { payloadBytes, prepare } from './agent-channel.mjs';
import { block, blockBytes, PatternReader } from './pattern.mjs';

const smuxHeaderBytes = 8;
/** The first byte of a stream says what it is for; the rest of an upload is the pattern. */
const download = 'd'.charCodeAt(0);

/**
 * The destination of a multiplexed port session, and the agent's smux half in front of it: each stream is a source or a
 * sink. Sources take turns, a block each.
 */
export class FarPort {
  received = 0;
  #channel;
  #decoder = new SmuxDecoder();
  /** @type {Map<number, PatternReader | 'new' | 'source'>} */
  #streams = new Map();
  /** Prepared messages of each source. @type {{ id: number, messages: object[] }[]} */
  #sources = [];
  #turn = 0;
  #current = [];
  #position = 0;

  constructor(channel) {
    this.#channel = channel;
  }

  receive(bytes) {
    this.#decoder.push(bytes, (frame) => this.#frame(frame));
  }

  #frame({ command, streamId, payload }) {
    if (command === SmuxCommand.syn) this.#streams.set(streamId, 'new');
    else if (command === SmuxCommand.psh)
      this.#data(streamId, Buffer.from(payload.buffer, payload.byteOffset, payload.length));
    else if (command === SmuxCommand.fin) this.#close(streamId);
  }

  #data(id, bytes) {
    const stream = this.#streams.get(id);
    if (stream === 'new') {
      const isSource = bytes[0] === download;
      this.#streams.set(id, isSource ? 'source' : new PatternReader());
      if (isSource) this.#addSource(id);
      else if (bytes.length > 1) this.#data(id, bytes.subarray(1));
    } else if (stream instanceof PatternReader) {
      stream.push(bytes);
      this.received += bytes.length;
    }
  }

  #addSource(id) {
    const frame = Buffer.alloc(smuxHeaderBytes + blockBytes);
    writeSmuxHeader(frame, 0, SmuxCommand.psh, id, blockBytes);
    frame.set(block, smuxHeaderBytes);
    const messages = [];
    for (let at = 0; at < frame.length; at += payloadBytes)
      messages.push(prepare(frame.subarray(at, at + payloadBytes)));
    this.#sources.push({ id, messages });
    this.#channel.stream(() => this.#nextMessage());
  }

  /** A block that was begun is finished even if its stream is closed meanwhile, since its frame says how long it is. */
  #nextMessage() {
    if (this.#position === 0) {
      if (this.#sources.length === 0) return undefined;
      this.#turn = (this.#turn + 1) % this.#sources.length;
      this.#current = this.#sources[this.#turn].messages;
    }
    const message = this.#current[this.#position];
    this.#position = (this.#position + 1) % this.#current.length;
    return message;
  }

  #close(id) {
    this.#sources = this.#sources.filter((source) => source.id !== id);
    this.#streams.delete(id);
  }
}
