import { encodeSmuxFrame, SmuxCommand, SmuxDecoder } from '../../../src/ssm/wire/smux-frame.ts';
import { PayloadType } from '../../../src/ssm/wire/payload-type.ts';
import type { ScriptedClient } from './scripted-client.ts';

/** What came on one stream: bytes, and whether the agent has closed it. */
export interface StreamState {
  bytes: Buffer;
  isClosed: boolean;
}

/** The client's end of a multiplexer, frame by frame, on top of a scripted client. */
export class MuxClient {
  readonly #client: ScriptedClient;
  #read = 0;
  readonly #decoder = new SmuxDecoder();
  readonly #parts = new Map<number, Buffer[]>();
  readonly #closed = new Set<number>();

  constructor(client: ScriptedClient) {
    this.#client = client;
  }

  open(id: number): void {
    this.#send(encodeSmuxFrame(SmuxCommand.syn, id));
  }

  write(id: number, bytes: Uint8Array | string): void {
    const data = Buffer.from(bytes);
    for (let at = 0; at < data.length; at += 32_768)
      this.#send(encodeSmuxFrame(SmuxCommand.psh, id, data.subarray(at, at + 32_768)));
  }

  close(id: number): void {
    this.#send(encodeSmuxFrame(SmuxCommand.fin, id));
  }

  stream(id: number): StreamState {
    this.#decode();
    const bytes = Buffer.concat(this.#parts.get(id) ?? []);
    this.#parts.set(id, [bytes]);
    return { bytes, isClosed: this.#closed.has(id) };
  }

  until(id: number, condition: (state: StreamState) => boolean): Promise<void> {
    return this.#client.until(() => condition(this.stream(id)));
  }

  #send(frame: Uint8Array): void {
    for (let at = 0; at < frame.length; at += 1024) this.#client.type(frame.subarray(at, at + 1024));
  }

  #decode(): void {
    const output = this.#client.delivered.slice(this.#read);
    this.#read = this.#client.delivered.length;
    for (const { payloadType, payload } of output) {
      if (payloadType !== PayloadType.output) continue;
      this.#decoder.push(payload, (frame) => {
        if (frame.command === SmuxCommand.fin) this.#closed.add(frame.streamId);
        const parts = this.#parts.get(frame.streamId) ?? [];
        parts.push(Buffer.from(frame.payload));
        this.#parts.set(frame.streamId, parts);
      });
    }
  }
}
