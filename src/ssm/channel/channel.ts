import { ChannelCore } from './channel-core.ts';
import { type ChannelOptions, type ChannelParts, channelParts } from './channel-options.ts';
import type { ChannelEffect, ChannelInput } from './channel-types.ts';
import type { Phase, PhaseOf } from './phase.ts';
import { SsmError } from '../ssm-error.ts';
import { earlier } from './earlier.ts';
import type { StreamStats } from './stream.ts';

/** How long ResumeSession or the opening of a socket may take before it counts as failed, in ms. */
const attemptTimeoutMs = 30_000;
/** An attempt younger than this, in ms, is not started anew by `reconnect-now`, or a run of events would end them all. */
const youngAttemptMs = 2000;

type InputOf<Kind extends ChannelInput['kind']> = Extract<ChannelInput, { kind: Kind }>;

/** What a channel does with an input in a phase. */
type Cell<P extends Phase, I extends ChannelInput> = (
  core: ChannelCore,
  step: { input: I; phase: P; now: number },
  effects: ChannelEffect[],
) => void;

type Row<P extends Phase> = { readonly [Kind in ChannelInput['kind']]: Cell<P, InputOf<Kind>> };
type Table = { readonly [Kind in Phase['kind']]: Row<PhaseOf<Kind>> };

/** For inputs that mean nothing in a phase. Stale news of sockets and requests has been sorted out before. */
const ignore = (): void => {};

const write: Cell<Phase, InputOf<'write'>> = (core, { input, now }, effects) => {
  core.bytesOut += input.bytes.length;
  core.stream.write(input.bytes, now, effects);
};
const resize: Cell<Phase, InputOf<'resize'>> = (core, { input, now }, effects) =>
  core.stream.resize(input.size, now, effects);
const sendFlag: Cell<Phase, InputOf<'send-flag'>> = (core, { input, now }, effects) =>
  core.stream.sendFlag(input.flag, now, effects);
const flush: Cell<Phase, InputOf<'flush'>> = (core, { input }, effects) =>
  core.stream.flush(input.id, effects);
const dataKey: Cell<Phase, InputOf<'data-key'>> = (core, { input, now }, effects) =>
  core.conversation.keyMade(input.key, now, effects);
const dataKeyFailed: Cell<Phase, InputOf<'data-key-failed'>> = (core, { input, now }, effects) =>
  core.conversation.keyDenied(input.error, now, effects);
const receive: Cell<Phase, InputOf<'frame'>> = (core, { input, now }, effects) =>
  core.receive(input.bytes, now, effects);
const endByUser: Cell<Phase, InputOf<'end'>> = (core, _, effects) =>
  core.end({ kind: 'ended-by-user' }, effects);
const fail: Cell<Phase, InputOf<'fail'>> = (core, { input }, effects) =>
  core.end({ kind: 'failed', error: input.error }, effects);
const socketFull: Cell<Phase, InputOf<'socket-full'>> = (core) => core.stream.socketFull();
const socketDrained: Cell<Phase, InputOf<'socket-drained'>> = (core, { now }, effects) =>
  core.stream.socketDrained(now, effects);
const retryIfTooLong: Cell<PhaseOf<'opening' | 'resuming'>, InputOf<'timer'>> = (
  core,
  { phase, now },
  effects,
) => {
  if (now < phase.since + attemptTimeoutMs) return;
  const cause = new SsmError('connection-barred', 'There was no answer in time.');
  core.tryFailed(phase.attempt + 1, cause, now, effects);
};
const retryIfNotYoung: Cell<PhaseOf<'opening' | 'resuming'>, InputOf<'reconnect-now'>> = (
  core,
  { phase, now },
  effects,
) => {
  if (now >= phase.since + youngAttemptMs) core.retry(1, now, effects);
};

/** What every phase of a session that goes on does with local inputs, connected or not. */
const going = {
  start: ignore,
  write,
  resize,
  'send-flag': sendFlag,
  flush,
  'data-key': dataKey,
  'data-key-failed': dataKeyFailed,
  end: endByUser,
  fail,
} as const;
/** The same where the session is about to end, and nothing more is sent. */
const ending = {
  start: ignore,
  write: ignore,
  resize: ignore,
  'send-flag': ignore,
  flush: ignore,
  'data-key': ignore,
  'data-key-failed': ignore,
} as const;
/** Inputs of a socket, where there is none. */
const noSocket = {
  'socket-opened': ignore,
  'socket-closed': ignore,
  frame: ignore,
  'socket-full': ignore,
  'socket-drained': ignore,
} as const;
const noResume = { resumed: ignore, 'resume-failed': ignore } as const;

/** The machine: one row for each phase, one cell for each input. Only these cells change the phase. */
const table: Table = {
  fresh: {
    ...going,
    ...noSocket,
    ...noResume,
    start: (core, { now }, effects) => core.open(0, now, effects),
    timer: ignore,
    'reconnect-now': ignore,
  },
  opening: {
    ...going,
    ...noSocket,
    ...noResume,
    'socket-opened': (core, { phase, now }, effects) => core.opened(phase.attempt, now, effects),
    'socket-closed': (core, { input, phase, now }, effects) =>
      core.tryFailed(phase.attempt + 1, input.cause, now, effects),
    timer: retryIfTooLong,
    'reconnect-now': retryIfNotYoung,
  },
  live: {
    ...noResume,
    ...going,
    'socket-opened': ignore,
    'socket-closed': (core, { phase, now }, effects) => core.lost(phase, now, effects),
    frame: receive,
    'socket-full': socketFull,
    'socket-drained': socketDrained,
    timer: (core, { now }, effects) => core.timer(now, effects),
    // The driver finds out whether the socket still works; only it can.
    'reconnect-now': ignore,
  },
  waiting: {
    ...going,
    ...noSocket,
    ...noResume,
    timer: (core, { phase, now }, effects) => {
      if (now >= phase.until) core.requestResume(phase.attempt, now, effects);
    },
    'reconnect-now': (core, { now }, effects) => core.requestResume(1, now, effects),
  },
  resuming: {
    ...going,
    ...noSocket,
    resumed: (core, { input, phase, now }, effects) => core.resumed(input, phase, now, effects),
    'resume-failed': (core, { input, phase, now }, effects) => {
      if (input.reason === 'gone') core.end({ kind: 'timed-out' }, effects);
      else if (input.reason === 'unauthorised') core.block(input.cause, effects);
      else core.tryFailed(phase.attempt + 1, input.cause, now, effects);
    },
    timer: retryIfTooLong,
    'reconnect-now': retryIfNotYoung,
  },
  blocked: {
    ...going,
    ...noSocket,
    ...noResume,
    timer: ignore,
    'reconnect-now': (core, { now }, effects) => core.requestResume(1, now, effects),
  },
  refusing: {
    ...noResume,
    ...ending,
    'socket-opened': ignore,
    'socket-closed': (core, { phase }, effects) => core.end({ kind: 'failed', error: phase.error }, effects),
    frame: receive,
    'socket-full': socketFull,
    'socket-drained': socketDrained,
    timer: (core, { phase, now }, effects) => {
      if (now >= phase.until) core.end({ kind: 'failed', error: phase.error }, effects);
      else core.stream.timer(now, effects);
    },
    'reconnect-now': ignore,
    end: endByUser,
    fail,
  },
  closing: {
    ...noResume,
    ...ending,
    'socket-opened': ignore,
    'socket-closed': (core, { phase }, effects) =>
      core.end({ kind: 'closed', message: phase.message, isOutputIncomplete: true }, effects),
    frame: receive,
    'socket-full': socketFull,
    'socket-drained': socketDrained,
    timer: (core, { phase, now }, effects) => {
      if (now >= phase.until)
        core.end({ kind: 'closed', message: phase.message, isOutputIncomplete: true }, effects);
      else core.stream.timer(now, effects);
    },
    'reconnect-now': ignore,
    end: endByUser,
    fail,
  },
  ended: {
    ...noSocket,
    ...noResume,
    ...ending,
    timer: ignore,
    'reconnect-now': ignore,
    end: ignore,
    fail: ignore,
  },
};

export interface ChannelStats extends StreamStats {
  /** Output delivered, in bytes. */
  bytesIn: number;
  /** Input taken, in bytes. */
  bytesOut: number;
}

/**
 * The client's end of one session as a state machine: inputs and the time go in, effects come out. It never waits, sends,
 * logs or reads a clock.
 */
export class Channel {
  readonly #core: ChannelCore;

  constructor(options: ChannelOptions, parts: ChannelParts = channelParts) {
    this.#core = new ChannelCore(options, parts);
  }

  /**
   * Takes one input at the time `now`: ms since the epoch, whole or not, never running backwards. The effects are to be
   * carried out in their order, and before those of the next input.
   */
  handle(input: ChannelInput, now: number): ChannelEffect[] {
    const effects: ChannelEffect[] = [];
    const core = this.#core;
    if ('connection' in input && input.connection !== core.connection) return effects;
    const { phase } = core;
    // The types of a cell follow from its place in the table, which TypeScript cannot see through two lookups.
    const cell = table[phase.kind][input.kind] as Cell<Phase, ChannelInput>;
    cell(core, { input, phase, now }, effects);
    return effects;
  }

  /** When a `timer` input is due, in ms; undefined when nothing waits for time to pass. May change with every input. */
  nextTimerAt(): number | undefined {
    const { phase, stream, conversation } = this.#core;
    switch (phase.kind) {
      case 'fresh':
      case 'blocked':
      case 'ended':
        return undefined;
      case 'opening':
      case 'resuming':
        return phase.since + attemptTimeoutMs;
      case 'waiting':
        return phase.until;
      case 'live':
        return earlier(stream.nextTimerAt(), conversation.nextTimerAt());
      case 'refusing':
      case 'closing':
        return earlier(phase.until, stream.nextTimerAt());
    }
  }

  /** False from when `write` should not be given until the effect `drain`. What is given is taken all the same. */
  get acceptsInput(): boolean {
    return !this.#core.stream.isInputFull;
  }

  get stats(): ChannelStats {
    const { stream, conversation, bytesOut } = this.#core;
    return { ...stream.stats, bytesIn: conversation.bytesIn, bytesOut };
  }
}
