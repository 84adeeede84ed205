import { Channel } from '../../../src/ssm/channel/channel.ts';
import type { ChannelOptions } from '../../../src/ssm/channel/channel-options.ts';
import type { ChannelEffect, ChannelInput, ChannelState } from '../../../src/ssm/channel/channel-types.ts';
import type { ChannelLimits } from '../../../src/ssm/channel/limits.ts';
import { defaultLimits } from '../../../src/ssm/channel/limits.ts';
import { decodeAcknowledgePayload, encodeAcknowledgeFrame } from '../../../src/ssm/wire/acknowledge.ts';
import {
  type AgentMessage,
  decodeAgentMessage,
  encodeAgentMessage,
} from '../../../src/ssm/wire/agent-message.ts';
import { encodeChannelClosed } from '../../../src/ssm/wire/channel-closed.ts';
import { countingIds, countingNonces } from './random.ts';

/** Inputs as a test writes them: the connection that counts is filled in. */
type ScriptedInput = ChannelInput extends infer Input
  ? Input extends { connection: number }
    ? Omit<Input, 'connection'>
    : Input
  : never;

/** Inputs that do not come from a connection. */
const localKinds: ReadonlySet<string> = new Set([
  'start',
  'write',
  'resize',
  'send-flag',
  'flush',
  'data-key',
  'data-key-failed',
  'timer',
  'reconnect-now',
  'end',
  'fail',
]);

/** A channel whose other side is the test, line by line. Time stands still unless the test moves it. */
export class ScriptedChannel {
  readonly channel: Channel;
  now = 1_000_000;
  #connection = 0;
  readonly #ids = countingIds(7);
  readonly effects: ChannelEffect[] = [];

  constructor(options: Partial<Omit<ChannelOptions, 'limits'>> & { limits?: Partial<ChannelLimits> } = {}) {
    const { limits, ...rest } = options;
    this.channel = new Channel({
      tokenValue: 'token-0',
      streamUrl: 'wss://gateway.example/v1/data-channel/session?role=publish_subscribe',
      clientId: '11111111-2222-4333-8444-555555555555',
      sessionId: 'session',
      handshake: 'none',
      newMessageId: countingIds(1),
      newNonce: countingNonces(),
      random: () => 0,
      limits: { ...defaultLimits, ...limits },
      ...rest,
    });
  }

  /** A channel that has been opened, with what that took forgotten. */
  static live(options: ConstructorParameters<typeof ScriptedChannel>[0] = {}): ScriptedChannel {
    const script = new ScriptedChannel(options);
    script.give({ kind: 'start' });
    script.give({ kind: 'socket-opened' });
    script.effects.length = 0;
    return script;
  }

  /** Gives an input and returns its effects, which are also added to {@link effects}. */
  give(input: ScriptedInput): ChannelEffect[] {
    const isLocal = localKinds.has(input.kind);
    const whole = isLocal ? input : { ...input, connection: this.#connection };
    const effects = this.channel.handle(whole as ChannelInput, this.now);
    for (const effect of effects) {
      if (effect.kind === 'open-socket' || effect.kind === 'request-resume')
        this.#connection = effect.connection;
    }
    this.effects.push(...effects);
    return effects;
  }

  /** Lets `durationMs` pass, with the timer inputs that fall due. */
  pass(durationMs: number): ChannelEffect[] {
    const end = this.now + durationMs;
    const effects: ChannelEffect[] = [];
    let timers = 0;
    for (
      let at = this.channel.nextTimerAt();
      at !== undefined && at <= end;
      at = this.channel.nextTimerAt()
    ) {
      this.now = Math.max(at, this.now);
      effects.push(...this.give({ kind: 'timer' }));
      timers += 1;
      if (timers > 100_000) throw new Error(`The channel asks for timers without end at ${at}.`);
    }
    this.now = end;
    return effects;
  }

  write(text: string): ChannelEffect[] {
    return this.give({ kind: 'write', bytes: Buffer.from(text) });
  }

  receive(message: Partial<AgentMessage>): ChannelEffect[] {
    return this.give({ kind: 'frame', bytes: this.frame(message) });
  }

  /** A frame of the agent's; what is not given is that of an output message. */
  frame(message: Partial<AgentMessage>): Uint8Array {
    return encodeAgentMessage({
      messageType: 'output_stream_data',
      schemaVersion: 1,
      createdDate: Math.floor(this.now),
      sequenceNumber: 0,
      flags: 0n,
      messageId: this.#ids(),
      payloadType: 1,
      payload: Buffer.from('output'),
      ...message,
    });
  }

  output(sequenceNumber: number, text: string): ChannelEffect[] {
    return this.receive({ sequenceNumber, payload: Buffer.from(text) });
  }

  acknowledge(sequenceNumber: number): ChannelEffect[] {
    const bytes = encodeAcknowledgeFrame({
      acknowledgedMessageType: 'input_stream_data',
      acknowledgedMessageId: this.#ids(),
      acknowledgedMessageSequenceNumber: sequenceNumber,
      messageId: this.#ids(),
      createdDate: Math.floor(this.now),
    });
    return this.give({ kind: 'frame', bytes });
  }

  publication(kind: 'start' | 'pause'): ChannelEffect[] {
    return this.receive({ messageType: `${kind}_publication`, payloadType: 0, payload: Buffer.from('{}') });
  }

  closed(output: string): ChannelEffect[] {
    const payload = encodeChannelClosed({
      messageId: this.#ids(),
      createdDate: String(this.now),
      destinationId: 'i-0123456789abcdef0',
      sessionId: 'session',
      schemaVersion: 1,
      output,
    });
    return this.receive({ messageType: 'channel_closed', payloadType: 0, payload });
  }
}

/** The numbered messages among `effects`. */
export function sentMessages(effects: readonly ChannelEffect[]): AgentMessage[] {
  return framesIn(effects).filter((message) => message.messageType === 'input_stream_data');
}

/** Those of them as `number:text`, the form in which a test can be read. */
export function sentTexts(effects: readonly ChannelEffect[]): string[] {
  return sentMessages(effects).map(
    ({ sequenceNumber, payload }) => `${sequenceNumber}:${Buffer.from(payload).toString()}`,
  );
}

/** The numbers acknowledged in `effects`, in order. */
export function acknowledgedNumbers(effects: readonly ChannelEffect[]): number[] {
  return framesIn(effects)
    .filter((message) => message.messageType === 'acknowledge')
    .map((message) => decodeAcknowledgePayload(message.payload).acknowledgedMessageSequenceNumber);
}

function framesIn(effects: readonly ChannelEffect[]): AgentMessage[] {
  return effects.flatMap((effect) => (effect.kind === 'send' ? [decodeAgentMessage(effect.bytes)] : []));
}

/** What the terminal got. */
export function deliveredText(effects: readonly ChannelEffect[]): string {
  const bytes = effects.flatMap((effect) => (effect.kind === 'deliver' ? [effect.bytes] : []));
  return Buffer.concat(bytes).toString();
}

export function states(effects: readonly ChannelEffect[]): ChannelState[] {
  return effects.flatMap((effect) => (effect.kind === 'state' ? [effect.state] : []));
}

export function kinds(effects: readonly ChannelEffect[]): string[] {
  return effects.map((effect) => effect.kind);
}
