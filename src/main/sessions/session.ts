import type { StartSessionRequest } from '../../aws/control-plane.ts';
import type { Approval, Profile, SessionStats, SessionSummary, StartRequest } from '../../shared/models.ts';
import type { CutOff, SessionTerms } from '../../shared/session-terms.ts';
import type { Silence } from '../../shared/silence.ts';
import type { SessionBytes } from '../bytes/session-bytes.ts';
import { CutOffWatch } from './cut-off-watch.ts';
import { placeOf, SessionLife, type SessionSurroundings } from './session-life.ts';
import { SilenceWatch } from './silence-watch.ts';

export interface SessionOptions {
  key: string;
  profile: Profile;
  request: StartRequest;
  bytes: SessionBytes;
  surroundings: SessionSurroundings;
  /** Runs something later; the result cancels it. */
  setTimer(run: () => void, delayMs: number): () => void;
  onChanged(summary: SessionSummary): void;
  /** The service is about to end it; told once for each time at which that becomes so. */
  onCutOff(summary: SessionSummary): void;
}

/**
 * What one tab shows: a target under a key, with the run that is live or was the last. It outlives the page and its own
 * runs; it is forgotten when its tab is closed.
 */
export class Session {
  readonly bytes: SessionBytes;
  readonly life: SessionLife;
  readonly #options: SessionOptions;
  #terms: SessionTerms | undefined;
  #approval: Approval | undefined;
  #watch: CutOffWatch | undefined;
  #cutOff: CutOff | undefined;
  /** While the session is live. */
  #silenceWatch: SilenceWatch | undefined;
  #silence: Silence | undefined;

  constructor(options: SessionOptions) {
    const { key, profile, request, bytes, surroundings } = options;
    const { documentName, reason, cols, rows } = request;
    this.#options = options;
    this.bytes = bytes;
    bytes.awaitChannel({ cols, rows });
    this.life = new SessionLife(
      {
        key,
        kind: 'shell',
        profile,
        place: {
          ...placeOf(request),
          ...(documentName === undefined ? {} : { documentName }),
          ...(reason === undefined ? {} : { reason }),
        },
        sessionTypes: ['Standard_Stream', 'InteractiveCommands'],
        carrier: bytes,
        prepare: () => Promise.resolve(startSessionRequest(request)),
      },
      surroundings,
      {
        onChanged: () => this.#changed(),
        onTerms: (terms) => this.#learn(terms),
        onApproval: (approval) => this.#approved(approval),
      },
    );
  }

  summary(): SessionSummary {
    return {
      ...this.life.facts(),
      state: this.life.state,
      ...this.life.remarks(),
      ...(this.#terms === undefined ? {} : { terms: this.#terms }),
      ...(this.#cutOff === undefined ? {} : { cutOff: this.#cutOff }),
      ...(this.#silence === undefined ? {} : { silence: this.#silence }),
    };
  }

  /** Only after an end; see {@link SessionLife.beginAgain}. */
  restart(profile: Profile, cols: number, rows: number, prefer?: string): void {
    this.#stopWatch();
    this.#terms = undefined;
    this.#approval = undefined;
    this.bytes.awaitChannel({ cols, rows });
    this.life.beginAgain(profile, prefer);
  }

  async stats(): Promise<SessionStats> {
    const figures = await this.bytes.figures();
    if (figures === undefined) return { key: this.#options.key, resends: 0, bytesIn: 0, bytesOut: 0 };
    const { heard: _, ...shown } = figures;
    return { key: this.#options.key, ...shown };
  }

  /** Only after an end. */
  dispose(): void {
    this.#stopWatch();
    this.#listen(false);
    this.bytes.dispose();
  }

  #changed(): void {
    if (this.life.isEnded) this.#stopWatch();
    this.#listen(this.life.state.kind === 'live');
    this.#options.onChanged(this.summary());
  }

  #listen(isLive: boolean): void {
    if (isLive === (this.#silenceWatch !== undefined)) return;
    if (!isLive) {
      const watch = this.#silenceWatch;
      this.#silenceWatch = undefined;
      watch?.stop();
      return;
    }
    const { surroundings, setTimer, onChanged } = this.#options;
    this.#silenceWatch = new SilenceWatch({
      readHeard: async () => {
        const figures = await this.bytes.figures();
        return figures && { ...figures.heard, bytesIn: figures.bytesIn };
      },
      now: surroundings.now,
      setTimer,
      onSilence: (silence) => {
        this.#silence = silence;
        // What takes it back with the state is told with the state.
        if (this.#silenceWatch !== undefined) onChanged(this.summary());
      },
    });
  }

  #learn(terms: SessionTerms): void {
    this.#terms = terms;
    this.#watchOut(terms);
  }

  /** Where it is signed anew, the next end is another. */
  #approved(approval: Approval): void {
    this.#approval = approval;
    if (this.#terms !== undefined) this.#watchOut(this.#terms);
  }

  #watchOut(terms: SessionTerms): void {
    this.#stopWatch();
    if (this.life.isEnded) return;
    const { surroundings, setTimer, onChanged, onCutOff } = this.#options;
    this.#watch = new CutOffWatch({
      terms,
      approval: this.#approval,
      readActiveAt: async () => (await this.bytes.figures())?.activeAt,
      now: surroundings.now,
      setTimer,
      onWarning: (cutOff) => {
        this.#cutOff = cutOff;
        onChanged(this.summary());
        if (cutOff !== undefined) onCutOff(this.summary());
      },
    });
  }

  #stopWatch(): void {
    this.#watch?.stop();
    this.#watch = undefined;
    this.#cutOff = undefined;
  }
}

function startSessionRequest(request: StartRequest): Omit<StartSessionRequest, 'target'> {
  const { documentName, reason, parameters } = request;
  return {
    ...(documentName === undefined ? {} : { documentName }),
    ...(reason === undefined ? {} : { reason }),
    ...(parameters === undefined ? {} : { parameters }),
  };
}
