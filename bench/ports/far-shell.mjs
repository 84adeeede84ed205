import { PayloadType } from '../../src/ssm/wire/payload-type.ts';
import { payloadBytes, prepare } from './agent-channel.mjs';

/** What a shell says when it is ready; the same as a real one's, so that one bench fits both. */
export const prompt = '$ ';
const line = 'The quick brown fox jumps over the lazy dog and runs away, 0123456789 times.\r\n';

/**
 * A shell that is none: it prints a prompt, answers each keystroke with the same bytes, and floods once a line is entered.
 * With `traffic` it also prints at a steady rate, for as long as the session lasts.
 */
export class FarShell {
  received = 0;
  #channel;
  #isFlooding = false;

  constructor(channel, { traffic } = {}) {
    this.#channel = channel;
    channel.send(PayloadType.output, Buffer.from(prompt));
    if (traffic !== undefined) this.#printSteadily(traffic);
  }

  receive(bytes) {
    this.received += bytes.length;
    if (bytes.includes(0x0d) || bytes.includes(0x0a)) this.#flood();
    else this.#channel.send(PayloadType.output, Buffer.from(bytes));
  }

  #flood() {
    if (this.#isFlooding) return;
    this.#isFlooding = true;
    const text = Buffer.from(line.repeat(Math.ceil(payloadBytes / line.length) + line.length));
    const messages = [];
    for (let index = 0; index < line.length; index += 1)
      messages.push(prepare(text.subarray((index * payloadBytes) % line.length).subarray(0, payloadBytes)));
    let next = 0;
    this.#channel.stream(() => {
      next = (next + 1) % messages.length;
      return messages[next];
    });
  }

  /** A burst of whole messages every `everyMs`, from a random moment on so that sessions do not all speak at once. */
  #printSteadily({ messages, everyMs }) {
    const message = prepare(Buffer.alloc(payloadBytes, 'steady '));
    let isEnded = false;
    const beat = () => {
      if (isEnded) return;
      let left = messages;
      this.#channel.stream(() => (left-- > 0 ? message : undefined));
      timer = setTimeout(beat, everyMs);
    };
    let timer = setTimeout(beat, Math.random() * everyMs);
    this.close = () => {
      isEnded = true;
      clearTimeout(timer);
    };
  }

  close() {}
}
