import { Channel } from '../../../src/ssm/channel/channel.ts';
import type { ChannelEffect, ChannelInput, ChannelState } from '../../../src/ssm/channel/channel-types.ts';
import { decodeAcknowledgePayload } from '../../../src/ssm/wire/acknowledge.ts';
import { type AgentMessage, decodeAgentMessage } from '../../../src/ssm/wire/agent-message.ts';
import { parseOpenDataChannel } from '../../../src/ssm/wire/open-data-channel.ts';
import { decodeSize } from '../../../src/ssm/wire/size.ts';
import { countingIds, countingNonces, seededRandom } from './random.ts';
import { bytesOf, type RecordedFrame, type Recording, wasDelivered } from './recordings.ts';

/** What a client did in a session, in a form in which two of them can be compared. */
export interface Transcript {
  /** Everything shown on the terminal, as hex. */
  readonly delivered: string;
  /** The messages of the agent that were acknowledged, one entry for each delivery. */
  readonly acknowledged: readonly string[];
  /** Our numbered messages, each once: payload type and payload. */
  readonly sent: readonly string[];
  /** Tokens of the OpenDataChannel frames. */
  readonly tokens: readonly string[];
  readonly end: ChannelState | undefined;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const outline = (message: AgentMessage): string => `${message.payloadType} ${hex(message.payload)}`;
const reference = (message: AgentMessage): string => `${message.sequenceNumber} ${message.messageId}`;

/** What a right client does in the recorded session, read off the recording without any state machine. */
export function expectedTranscript(recording: Recording): Transcript {
  const output = new Map<number, AgentMessage>();
  const acknowledged: string[] = [];
  const sent = new Map<number, AgentMessage>();
  const tokens: string[] = [];
  for (const frame of recording.frames) {
    if (frame.kind === 'text' && frame.from === 'client')
      tokens.push(parseOpenDataChannel(frame.text ?? '').tokenValue);
    if (frame.kind !== 'binary') continue;
    const message = decodeAgentMessage(bytesOf(frame));
    if (frame.from === 'client' && message.messageType === 'input_stream_data')
      sent.set(message.sequenceNumber, message);
    if (frame.to !== 'client' || !wasDelivered(frame)) continue;
    if (message.messageType === 'channel_closed') break;
    if (message.messageType !== 'output_stream_data') continue;
    output.set(message.sequenceNumber, message);
    acknowledged.push(reference(message));
  }
  return {
    delivered: inOrder(output)
      .map((message) => hex(message.payload))
      .join(''),
    acknowledged,
    sent: inOrder(sent).map(outline),
    tokens,
    end: { kind: 'ended', end: { kind: 'closed', message: '', isOutputIncomplete: false } },
  };
}

function inOrder(messages: ReadonlyMap<number, AgentMessage>): AgentMessage[] {
  return [...messages.values()].sort((a, b) => a.sequenceNumber - b.sequenceNumber);
}

/**
 * Lets a channel live through the recorded session: it gets what reached the client, at the recorded times, and the input
 * that the recorded client had from its terminal.
 */
export function replay(recording: Recording): Transcript {
  return new Replay(recording).run();
}

class Replay {
  readonly #recording: Recording;
  readonly #channel: Channel;
  readonly #inputs: AgentMessage[];
  #fed = 0;
  #connection = 0;
  #resuming = 0;
  #end: ChannelState | undefined;
  readonly #delivered: Uint8Array[] = [];
  readonly #acknowledged: string[] = [];
  readonly #sent = new Map<number, AgentMessage>();
  readonly #tokens: string[] = [];

  constructor(recording: Recording) {
    this.#recording = recording;
    const start = recording.frames.find((frame) => frame.call === 'StartSession')?.response;
    this.#channel = new Channel({
      tokenValue: start?.['TokenValue'] ?? '',
      streamUrl: start?.['StreamUrl'] ?? '',
      clientId: '11111111-2222-4333-8444-555555555555',
      sessionId: start?.['SessionId'] ?? '',
      handshake: 'none',
      newMessageId: countingIds(1),
      newNonce: countingNonces(),
      random: seededRandom(1),
    });
    const bySequence = new Map<number, AgentMessage>();
    for (const frame of recording.frames) {
      if (frame.kind !== 'binary' || frame.from !== 'client') continue;
      const message = decodeAgentMessage(bytesOf(frame));
      if (message.messageType === 'input_stream_data') bySequence.set(message.sequenceNumber, message);
    }
    this.#inputs = inOrder(bySequence);
  }

  run(): Transcript {
    this.#give({ kind: 'start' }, 0);
    for (const frame of this.#recording.frames) {
      this.#passTimeUntil(frame.t);
      this.#live(frame);
    }
    return {
      delivered: hex(Buffer.concat(this.#delivered)),
      acknowledged: this.#acknowledged,
      sent: inOrder(this.#sent).map(outline),
      tokens: this.#tokens,
      end: this.#end,
    };
  }

  #live(frame: RecordedFrame): void {
    if (frame.call === 'ResumeSession') {
      this.#give({ kind: 'socket-closed', connection: this.#connection }, frame.t);
      const tokenValue = frame.response?.['TokenValue'] ?? '';
      this.#give({ kind: 'resumed', connection: this.#resuming, tokenValue }, frame.t);
    } else if (frame.kind === 'text' && frame.from === 'client') {
      this.#give({ kind: 'socket-opened', connection: this.#connection }, frame.t);
    } else if (frame.kind === 'binary' && frame.from === 'client') {
      this.#typeUpTo(decodeAgentMessage(bytesOf(frame)), frame.t);
    } else if (frame.kind === 'binary' && frame.to === 'client' && wasDelivered(frame)) {
      this.#give({ kind: 'frame', connection: this.#connection, bytes: bytesOf(frame) }, frame.t);
    }
  }

  /** The relay swapped messages, so that one with a smaller number may be recorded later; a person typed them in order. */
  #typeUpTo(message: AgentMessage, now: number): void {
    if (message.messageType !== 'input_stream_data') return;
    for (let next = this.#inputs[this.#fed]; next !== undefined; next = this.#inputs[this.#fed]) {
      if (next.sequenceNumber > message.sequenceNumber) return;
      this.#fed += 1;
      if (next.payloadType === 3) this.#give({ kind: 'resize', size: decodeSize(next.payload) }, now);
      else this.#give({ kind: 'write', bytes: next.payload }, now);
    }
  }

  #passTimeUntil(now: number): void {
    for (
      let at = this.#channel.nextTimerAt();
      at !== undefined && at < now;
      at = this.#channel.nextTimerAt()
    ) {
      this.#give({ kind: 'timer' }, at);
    }
  }

  #give(input: ChannelInput, now: number): void {
    for (const effect of this.#channel.handle(input, now)) this.#note(effect);
  }

  #note(effect: ChannelEffect): void {
    switch (effect.kind) {
      case 'open-socket':
        this.#connection = effect.connection;
        break;
      case 'request-resume':
        this.#resuming = effect.connection;
        break;
      case 'send-text':
        this.#tokens.push(parseOpenDataChannel(effect.text).tokenValue);
        break;
      case 'send':
        this.#noteSent(decodeAgentMessage(effect.bytes));
        break;
      case 'deliver':
        this.#delivered.push(effect.bytes);
        break;
      case 'state':
        if (effect.state.kind === 'ended') this.#end = effect.state;
        break;
      default:
        break;
    }
  }

  #noteSent(message: AgentMessage): void {
    if (message.messageType === 'input_stream_data') {
      this.#sent.set(message.sequenceNumber, message);
      return;
    }
    const { acknowledgedMessageSequenceNumber, acknowledgedMessageId } = decodeAcknowledgePayload(
      message.payload,
    );
    this.#acknowledged.push(`${acknowledgedMessageSequenceNumber} ${acknowledgedMessageId}`);
  }
}
