import { randomUUID } from 'node:crypto';
import { AgentChannel, type AgentEffect, type AgentChannelOptions } from './agent-channel.ts';
import type { Waits } from './pace.ts';

/** How long the agent waits for acknowledgements before it goes on ending, milliseconds (protocol notes, 4.6). */
const drainMs = 2000;

export interface ChannelDriverOptions extends Omit<AgentChannelOptions, 'newId'> {
  waits: Waits;
  transmit(frame: Uint8Array): void;
  /** The service says that the session is over. */
  onCancel(): void;
}

/** Gives an {@link AgentChannel} what it does not have: a clock, the resend timer, and a socket to send to. */
export class ChannelDriver {
  readonly #options: ChannelDriverOptions;
  readonly #channel: AgentChannel;
  #ticker: NodeJS.Timeout | undefined;
  #drainTimer: NodeJS.Timeout | undefined;
  #onDrained: (() => void) | undefined;
  /** Messages that were under way when the client went away and have not been looked at since it came back. */
  #toRecover = 0;
  #isStopped = false;

  constructor(options: ChannelDriverOptions) {
    this.#options = options;
    this.#channel = new AgentChannel({ ...options, newId: randomUUID });
  }

  get isPaused(): boolean {
    return this.#channel.isPaused;
  }

  get unacknowledged(): number {
    return this.#channel.unacknowledged;
  }

  get resends(): number {
    return this.#channel.resends;
  }

  receive(frame: Uint8Array): void {
    if (this.#isStopped) return;
    const wasPaused = this.#channel.isPaused;
    this.#run(this.#channel.receive(frame, clock()));
    if (wasPaused && !this.#channel.isPaused) this.#toRecover = this.#channel.unacknowledged;
    this.#onProgress();
  }

  send(payloadType: number, payload: Uint8Array): void {
    if (this.#isStopped) return;
    this.#run(this.#channel.send(payloadType, payload, clock()));
    this.#ticker ??= setTimeout(() => this.#tick(), this.#options.waits.tickMs);
  }

  sendState(state: 'Connected' | 'Terminating', sessionId: string): void {
    this.#run(this.#channel.sendState(state, sessionId, clock()));
  }

  retry(): void {
    if (!this.#isStopped) this.#channel.retry();
  }

  unblock(): void {
    if (this.#isStopped) return;
    this.#run(this.#channel.unblock(clock()));
    this.#onProgress();
  }

  /** Calls `next` once everything sent has been acknowledged, or when the agent has no more patience. */
  drain(next: () => void): void {
    if (this.#channel.unacknowledged === 0) return next();
    const proceed = () => {
      clearTimeout(this.#drainTimer);
      this.#onDrained = undefined;
      next();
    };
    this.#onDrained = proceed;
    this.#drainTimer = setTimeout(proceed, drainMs);
  }

  stop(): void {
    this.#isStopped = true;
    this.#onDrained = undefined;
    clearTimeout(this.#drainTimer);
    clearTimeout(this.#ticker);
  }

  #onProgress(): void {
    if (this.#isStopped) return;
    if (this.#toRecover > 0 && this.#options.waits.looksOnAcknowledge) this.#recover();
    if (this.#onDrained && this.#channel.unacknowledged === 0) this.#onDrained();
  }

  /** The resend timer runs only while something may have to be resent. */
  #tick(): void {
    this.#run(this.#channel.tick(clock()));
    const goesOn = this.#channel.unacknowledged > 0 && !this.#isStopped;
    this.#ticker = goesOn ? setTimeout(() => this.#tick(), this.#options.waits.tickMs) : undefined;
  }

  /** Looks at the oldest message before its time, once for each that may have been lost; a loss in a flood is not meant. */
  #recover(): void {
    this.#toRecover -= 1;
    this.#run(this.#channel.tick(clock()));
  }

  #run(effects: readonly AgentEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'transmit') this.#options.transmit(effect.frame);
      else return this.#options.onCancel();
    }
  }
}

/** Epoch milliseconds that never step back, fit for dates and for round-trip times alike. */
function clock(): number {
  return performance.timeOrigin + performance.now();
}
