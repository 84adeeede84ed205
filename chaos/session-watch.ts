import type { ChannelState } from '../src/ssm/channel/channel-types.ts';
import type { SessionOptions } from '../src/ssm/node/open-session.ts';
import type { StartedSession } from '../src/aws/control-plane.ts';
import type { LabProcess } from './lab-process.ts';
import { Relay } from './relay.ts';

/** Short, so that a stall costs seconds of a run and not minutes. */
const keepalive = { intervalMs: 1000, timeoutMs: 1000 };
/** How long it takes a person to sign in anew. */
const signInMs = 300;

/** What the watch needs of the session it watches. */
export interface Watched {
  stats(): { unacknowledged: number; resends: number };
  reconnectNow(): void;
}

export interface SessionCounts {
  /** Connections lost that had been live. */
  cuts: number;
  /** Those at which messages of either side were not acknowledged. */
  cutsWithUnackedData: number;
  resumes: number;
}

/** One session as the chaos run sees it: its network, its cuts and resumes, and how it ended. */
export class SessionWatch {
  readonly name: string;
  readonly lab: LabProcess;
  readonly started: StartedSession;
  readonly relay: Relay;
  readonly counts: SessionCounts = { cuts: 0, cutsWithUnackedData: 0, resumes: 0 };
  state: ChannelState = { kind: 'connecting' };
  session: Watched | undefined;
  onEnded = (): void => {};
  #lostAtTheLab = 0;
  #isLastCutOpen = false;

  /** Starts the session; its way to the gateway leads through a relay of its own. */
  static async start(
    name: string,
    lab: LabProcess,
    documentName?: string,
    parameters?: Record<string, string[]>,
  ): Promise<SessionWatch> {
    const relay = await Relay.listen(Number(new URL(lab.endpoint).port));
    const started = await lab.plane.startSession({
      target: lab.target,
      ...(documentName === undefined ? {} : { documentName }),
      ...(parameters === undefined ? {} : { parameters }),
    });
    return new SessionWatch(name, lab, relay, started);
  }

  private constructor(name: string, lab: LabProcess, relay: Relay, started: StartedSession) {
    this.name = name;
    this.lab = lab;
    this.relay = relay;
    this.started = started;
  }

  /** For whoever has to find out why a stream stands still. Never rejects. */
  async describe(): Promise<string> {
    const near = {
      state: this.state,
      now: performance.timeOrigin + performance.now(),
      ...this.session?.stats(),
    };
    const far = await this.lab.describe(this.started.sessionId).catch(() => 'silent');
    return `${this.name}: here ${JSON.stringify(near)}, at the lab ${far}`;
  }

  /** What every kind of session is opened with. */
  options(): Omit<SessionOptions, 'onOutput' | 'onDrain'> {
    const { sessionId, tokenValue, streamUrl, handshake } = this.started;
    return {
      sessionId,
      tokenValue,
      streamUrl: this.#throughRelay(streamUrl),
      handshake,
      keepalive,
      resume: async () => {
        const answer = await this.lab.plane.resumeSession(sessionId);
        return {
          tokenValue: answer.tokenValue,
          ...(answer.streamUrl === undefined ? {} : { streamUrl: this.#throughRelay(answer.streamUrl) }),
        };
      },
      classifyResumeError: (error) => this.lab.plane.classifyResumeError(error),
      onState: (state) => this.#stateChanged(state),
    };
  }

  /** The rest of the URL stays as it is, byte for byte. */
  #throughRelay(streamUrl: string): string {
    return streamUrl.replace(/^ws:\/\/[^/]+/, `ws://127.0.0.1:${this.relay.port}`);
  }

  #stateChanged(state: ChannelState): void {
    const before = this.state.kind;
    this.state = state;
    if (before === 'live' && state.kind === 'reconnecting') this.#wasCut();
    if (before === 'reconnecting' && state.kind === 'live') {
      this.counts.resumes += 1;
      void this.#askTheLab();
    }
    if (state.kind === 'needs-credentials') setTimeout(() => this.session?.reconnectNow(), signInMs);
    if (state.kind === 'ended') this.onEnded();
  }

  #wasCut(): void {
    this.counts.cuts += 1;
    const hasUnacked = (this.session?.stats().unacknowledged ?? 0) > 0;
    if (hasUnacked) this.counts.cutsWithUnackedData += 1;
    this.#isLastCutOpen = !hasUnacked;
  }

  /** Whether it was the agent that had unacknowledged messages at the last cut. Never rejects. */
  async #askTheLab(): Promise<void> {
    try {
      const lost = await this.lab.lostWithUnacknowledged(this.started.sessionId);
      if (lost > this.#lostAtTheLab && this.#isLastCutOpen) this.counts.cutsWithUnackedData += 1;
      this.#lostAtTheLab = lost;
      this.#isLastCutOpen = false;
    } catch {
      // The lab is going, and with it the run.
    }
  }
}
