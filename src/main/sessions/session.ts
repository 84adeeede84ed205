import type { StartSessionRequest } from '../../aws/control-plane.ts';
import type {
  Profile,
  SessionEnd,
  SessionState,
  SessionStats,
  SessionSummary,
  StartRequest,
} from '../../shared/models.ts';
import type { SessionBytes } from '../bytes/session-bytes.ts';
import type { Connect } from '../connection.ts';
import type { HistoryNews, HistoryStart } from '../history/history-store.ts';
import { SessionRun } from './session-run.ts';

/** The notes that a session leaves. */
export interface SessionNotes {
  started(entry: HistoryStart): void;
  learned(key: string, news: HistoryNews): void;
  ended(key: string, end: SessionEnd, endedAt: number): void;
}

/** What sessions need of the rest of main. */
export interface SessionSurroundings {
  connect: Connect;
  /** The bytes of the session of that key; to be disposed of with it. */
  bytesOf(key: string): SessionBytes;
  notes: SessionNotes;
  /** Epoch milliseconds. */
  now(): number;
}

/**
 * What one tab shows: a target under a key, with the run that is live or was the last. It outlives the page and its own
 * runs; it is forgotten when its tab is closed.
 */
export class Session {
  readonly key: string;
  readonly bytes: SessionBytes;
  readonly #surroundings: SessionSurroundings;
  readonly #request: StartRequest;
  readonly #onChanged: (summary: SessionSummary) => void;
  #profile: Profile;
  #runCount = 0;
  #earlierRuns: Promise<unknown> = Promise.resolve();
  #run!: SessionRun;
  #state: SessionState = { kind: 'connecting' };
  #startedAt = 0;
  #region = '';
  #sessionId: string | undefined;
  #warning: string | undefined;

  constructor(
    key: string,
    profile: Profile,
    request: StartRequest,
    surroundings: SessionSurroundings,
    onChanged: (summary: SessionSummary) => void,
  ) {
    this.key = key;
    this.#profile = profile;
    this.#request = request;
    this.#surroundings = surroundings;
    this.#onChanged = onChanged;
    this.bytes = surroundings.bytesOf(key);
    this.#start(request.cols, request.rows);
  }

  get profileId(): string {
    return this.#request.profileId;
  }

  get isEnded(): boolean {
    return this.#state.kind === 'ended';
  }

  get isReconnecting(): boolean {
    return this.#state.kind === 'reconnecting';
  }

  get needsSignIn(): boolean {
    return this.#state.kind === 'needs-sign-in';
  }

  summary(): SessionSummary {
    const { profileId, target, nodeName, documentName, reason } = this.#request;
    return {
      key: this.key,
      profileId,
      profileName: this.#profile.name,
      environment: this.#profile.environment,
      region: this.#region,
      target,
      nodeName: nodeName || target,
      ...(documentName === undefined ? {} : { documentName }),
      ...(reason === undefined ? {} : { reason }),
      ...(this.#sessionId === undefined ? {} : { sessionId: this.#sessionId }),
      startedAt: this.#startedAt,
      state: this.#state,
      ...(this.#warning === undefined ? {} : { warning: this.#warning }),
    };
  }

  /** Only after an end. The profile is the one of this id as it is now. */
  restart(profile: Profile, cols: number, rows: number): void {
    this.#profile = profile;
    this.#earlierRuns = Promise.all([this.#earlierRuns, this.#run.settled()]);
    this.#start(cols, rows);
    this.#onChanged(this.summary());
  }

  /** The user asks for it. A session that waits for a sign-in looks the credentials up anew. */
  reconnectNow(): void {
    this.#run.reconnectNow(this.needsSignIn);
  }

  /** The network may be back: reconnects, or finds out whether it is still connected. No try without a sign-in. */
  reachable(): void {
    if (!this.needsSignIn) this.#run.reconnectNow(false);
  }

  end(): Promise<void> {
    return this.#run.end();
  }

  /** Resolves when nothing of this run or an earlier one is left under way at the service. */
  async settled(): Promise<void> {
    await this.#earlierRuns;
    await this.#run.settled();
  }

  async stats(): Promise<SessionStats> {
    const figures = await this.bytes.figures();
    return { key: this.key, resends: 0, bytesIn: 0, bytesOut: 0, ...figures };
  }

  #start(cols: number, rows: number): void {
    this.#runCount += 1;
    // History has one entry a run; the first goes by the session's own key.
    const entryKey = this.#runCount === 1 ? this.key : `${this.key}.${this.#runCount}`;
    this.#state = { kind: 'connecting' };
    this.#startedAt = this.#surroundings.now();
    this.#region = this.#profile.region ?? '';
    this.#sessionId = undefined;
    this.#warning = undefined;
    this.bytes.awaitChannel({ cols, rows });
    const { notes, connect, now } = this.#surroundings;
    const {
      state: _state,
      sessionId: _sessionId,
      warning: _warning,
      channel: _channel,
      ...known
    } = this.summary();
    notes.started({ ...known, kind: 'shell', key: entryKey });
    const run = this.#runCount;
    const changed = (change: () => void): void => {
      // News of an earlier run: its StartSession answered late.
      if (run !== this.#runCount) return;
      change();
      this.#onChanged(this.summary());
    };
    this.#run = new SessionRun(
      {
        profile: this.#profile,
        request: startSessionRequest(this.#request),
        connect,
        channel: this.bytes,
        now,
      },
      {
        onRegion: (region) => {
          notes.learned(entryKey, { region });
          changed(() => (this.#region = region));
        },
        onStarted: (sessionId) => {
          notes.learned(entryKey, { sessionId });
          changed(() => (this.#sessionId = sessionId));
        },
        onOwner: (owner) => notes.learned(entryKey, { owner }),
        onWarning: (warning) => changed(() => (this.#warning = warning)),
        onState: (state) => {
          if (state.kind === 'ended') {
            // A session that never had a channel takes no more input either.
            this.bytes.endChannel();
            notes.ended(entryKey, state.end, state.endedAt);
          }
          changed(() => (this.#state = state));
        },
      },
    );
  }
}

function startSessionRequest(request: StartRequest): StartSessionRequest {
  const { target, documentName, reason, parameters } = request;
  return {
    target,
    ...(documentName === undefined ? {} : { documentName }),
    ...(reason === undefined ? {} : { reason }),
    ...(parameters === undefined ? {} : { parameters }),
  };
}
