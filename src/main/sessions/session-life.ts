import type { StartedSession, StartSessionRequest } from '../../aws/control-plane.ts';
import type { SessionType } from '../../aws/session-document.ts';
import { AppError } from '../../shared/errors.ts';
import type {
  Approval,
  ChannelFacts,
  Profile,
  SessionEnd,
  SessionFacts,
  SessionKind,
  SessionState,
} from '../../shared/models.ts';
import { queryLabel } from '../../shared/query-words.ts';
import type { SessionTerms } from '../../shared/session-terms.ts';
import type { MemberCounts, TargetChoice, TargetQuery } from '../../shared/target-query.ts';
import type { Approvals } from '../approvals/approvals.ts';
import type { AccessOutcome } from '../approvals/session-access.ts';
import type { Carrier } from '../bytes/session-bytes.ts';
import type { Connect } from '../connection.ts';
import type { HistoryNews, HistoryStart } from '../history/history-store.ts';
import type { PickedMember, Wanted } from '../members/member-search.ts';
import type { Live } from './live-sessions.ts';
import { type Destination, SessionRun } from './session-run.ts';

/** The notes that a session leaves. */
export interface SessionNotes {
  started(entry: HistoryStart): void;
  learned(key: string, news: HistoryNews): void;
  ended(key: string, end: SessionEnd, endedAt: number): void;
}

/** What sessions of every kind need of the rest of main. */
export interface SessionSurroundings {
  connect: Connect;
  notes: SessionNotes;
  /** Epoch milliseconds. */
  now(): number;
  /** Picks a healthy member of a query; rejects with `no-healthy-member` where there is none. */
  pickMember(profile: Profile, query: TargetQuery, wanted: Wanted): Promise<PickedMember>;
  /** Of the agent on a node, where the node list has it. */
  agentVersion(profile: Profile, target: string): string | undefined;
  /** Whether sessions of this profile need a reason. */
  requiresReason(profile: Profile): boolean;
  approvals: Approvals;
  /** A request for access of that session was decided about. */
  onAccessOutcome(session: SessionFacts, outcome: AccessOutcome): void;
}

/** Where a session leads: a node, with what to call it, or a query, which picks a node anew at each run. */
export type LifePlace = Pick<SessionFacts, 'documentName' | 'reason'> &
  ({ target: string; nodeName: string; targetQuery?: undefined } | { targetQuery: TargetQuery });

/** The place that a request names, which has either a target or a query. */
export function placeOf({
  target,
  targetQuery,
  nodeName,
}: TargetChoice & { nodeName?: string | undefined }):
  | { target: string; nodeName: string }
  | { targetQuery: TargetQuery } {
  if (targetQuery !== undefined) return { targetQuery };
  return { target: target ?? '', nodeName: nodeName || (target ?? '') };
}

/** What a request is for, in words. */
export const destinationWords = ({ target, targetQuery }: TargetChoice): string =>
  targetQuery === undefined ? (target ?? '') : `any of ${queryLabel(targetQuery)}`;

/** Where a session leads, and what carries it. */
export interface LifeOptions {
  key: string;
  kind: SessionKind;
  profile: Profile;
  place: LifePlace;
  /** Of a tunnel. */
  remoteAddress?: string;
  sessionTypes: readonly SessionType[];
  carrier: Omit<Carrier, 'dispose'>;
  /** See {@link SessionRun}; asked once for each run. */
  prepare(): Promise<Omit<StartSessionRequest, 'target' | 'sessionTypes'>>;
}

/** What a life tells beside its state. */
export interface LifeEvents {
  /** Something of it is not as it was. */
  onChanged(): void;
  onStarted?(started: Pick<StartedSession, 'document'>): void;
  /** When the service ends it and how it is kept; asked for only where somebody listens. */
  onTerms?(terms: SessionTerms): void;
  onApproval?(approval: Approval): void;
  onExitCode?(code: number): void;
}

/**
 * The life of a session of any kind, the same for a terminal, a tunnel and a command: connecting, live, reconnecting, waiting
 * for credentials, ended; with its notes in history. A life can be begun again after its end: that is another session at the
 * service and another entry in history.
 */
export class SessionLife implements Live {
  readonly #options: LifeOptions;
  readonly #surroundings: SessionSurroundings;
  readonly #events: LifeEvents;
  #profile: Profile;
  #runCount = 0;
  #earlierRuns: Promise<unknown> = Promise.resolve();
  #run!: SessionRun;
  #entryKey = '';
  #state: SessionState = { kind: 'connecting' };
  #startedAt = 0;
  /** That of the place, or the one that was picked. */
  #target = '';
  #nodeName = '';
  #pickedOf: MemberCounts | undefined;
  /** Where the run before was, and the member that a person was offered after it. */
  #wanted: Pick<Wanted, 'former' | 'prefer'> = {};
  #region = '';
  #sessionId: string | undefined;
  #channel: ChannelFacts | undefined;
  #warning: string | undefined;
  #approval: Approval | undefined;

  constructor(options: LifeOptions, surroundings: SessionSurroundings, events: LifeEvents) {
    this.#options = options;
    this.#surroundings = surroundings;
    this.#events = events;
    this.#profile = options.profile;
    this.#begin();
  }

  get key(): string {
    return this.#options.key;
  }

  get profileId(): string {
    return this.#profile.id;
  }

  /** Empty while a query has not picked one. */
  get target(): string {
    return this.#target;
  }

  get state(): SessionState {
    return this.#state;
  }

  get isEnded(): boolean {
    return this.#state.kind === 'ended';
  }

  get isReconnecting(): boolean {
    return this.#state.kind === 'reconnecting' || this.#state.kind === 'awaiting-approval';
  }

  get needsSignIn(): boolean {
    return this.#state.kind === 'needs-sign-in';
  }

  facts(): SessionFacts {
    const {
      key,
      place: { documentName, reason, targetQuery },
    } = this.#options;
    return {
      key,
      profileId: this.#profile.id,
      profileName: this.#profile.name,
      environment: this.#profile.environment,
      region: this.#region,
      target: this.#target,
      nodeName: this.#nodeName,
      ...(targetQuery === undefined ? {} : { targetQuery }),
      ...(documentName === undefined ? {} : { documentName }),
      ...(reason === undefined ? {} : { reason }),
      ...(this.#sessionId === undefined ? {} : { sessionId: this.#sessionId }),
      startedAt: this.#startedAt,
    };
  }

  /** What is known of the channel, and what there is to tell without ending anything. */
  remarks(): { channel?: ChannelFacts; warning?: string; pickedOf?: MemberCounts; approval?: Approval } {
    return {
      ...(this.#channel === undefined ? {} : { channel: this.#channel }),
      ...(this.#warning === undefined ? {} : { warning: this.#warning }),
      ...(this.#pickedOf === undefined ? {} : { pickedOf: this.#pickedOf }),
      ...(this.#approval === undefined ? {} : { approval: this.#approval }),
    };
  }

  /**
   * Only after an end. The profile is the one of this id as it is now. A query picks anew, and not the node before where there is
   * another; `prefer` is the member that a person chose.
   */
  beginAgain(profile: Profile, prefer?: string): void {
    this.#profile = profile;
    this.#wanted = { former: this.#target || this.#wanted.former, prefer };
    this.#earlierRuns = Promise.all([this.#earlierRuns, this.#run.settled()]);
    this.#begin();
    this.#events.onChanged();
  }

  /** Adds to the entry in history what became known. */
  note(news: HistoryNews): void {
    this.#surroundings.notes.learned(this.#entryKey, news);
  }

  /** The user asks for it. A session that waits for a sign-in looks the credentials up anew. */
  reconnectNow(): void {
    this.#run.reconnectNow(this.needsSignIn);
  }

  /** The network may be back: reconnects, or finds out whether it is still connected. No try without a sign-in. */
  reachable(): void {
    if (!this.needsSignIn) this.#run.reconnectNow(false);
  }

  /** The user asks for access to the node. What the service answers is told by the state. */
  askForAccess(reason: string): Promise<void> {
    return this.#run.askForAccess(reason);
  }

  end(): Promise<void> {
    return this.#run.end();
  }

  /** Resolves when nothing of this run or an earlier one is left under way at the service. */
  async settled(): Promise<void> {
    await this.#earlierRuns;
    await this.#run.settled();
  }

  #begin(): void {
    this.#runCount += 1;
    // History has one entry a run; the first goes by the session's own key.
    const entryKey = this.#runCount === 1 ? this.key : `${this.key}.${this.#runCount}`;
    this.#entryKey = entryKey;
    this.#state = { kind: 'connecting' };
    this.#startedAt = this.#surroundings.now();
    this.#region = this.#profile.region ?? '';
    this.#sessionId = undefined;
    this.#channel = undefined;
    this.#warning = undefined;
    this.#approval = undefined;
    this.#pickedOf = undefined;
    const { place } = this.#options;
    this.#target = place.targetQuery === undefined ? place.target : '';
    this.#nodeName = place.targetQuery === undefined ? place.nodeName : queryLabel(place.targetQuery);
    this.#noteStart(entryKey);
    const { notes, connect, approvals, onAccessOutcome, now } = this.#surroundings;
    const { sessionTypes, carrier } = this.#options;
    const prepare = (): ReturnType<LifeOptions['prepare']> => this.#prepare();
    const { onTerms } = this.#events;
    const run = this.#runCount;
    const changed = (change: () => void): void => {
      // News of an earlier run: its StartSession answered late.
      if (run !== this.#runCount) return;
      change();
      this.#events.onChanged();
    };
    this.#run = new SessionRun(
      {
        profile: this.#profile,
        destination: this.#destination(),
        reason: place.reason,
        sessionTypes,
        prepare,
        connect,
        approvals,
        carrier,
        now,
      },
      {
        onRegion: (region) => {
          notes.learned(entryKey, { region });
          changed(() => (this.#region = region));
        },
        onPicked: ({ member: { target, name }, counts }) => {
          notes.learned(entryKey, { target, nodeName: name });
          changed(() => {
            this.#target = target;
            this.#nodeName = name;
            this.#pickedOf = counts;
          });
        },
        onStarted: ({ sessionId, document }) => {
          notes.learned(entryKey, { sessionId });
          changed(() => {
            this.#sessionId = sessionId;
            this.#events.onStarted?.(document === undefined ? {} : { document });
          });
        },
        onOwner: (owner) => notes.learned(entryKey, { owner }),
        ...(onTerms === undefined ? {} : { onTerms: (terms) => changed(() => onTerms(terms)) }),
        onFacts: (facts) => changed(() => (this.#channel = facts)),
        onExitCode: (exitCode) => {
          notes.learned(entryKey, { exitCode });
          changed(() => this.#events.onExitCode?.(exitCode));
        },
        onApproval: (approval) =>
          changed(() => {
            this.#approval = approval;
            this.#events.onApproval?.(approval);
          }),
        onAccessOutcome: (outcome) => onAccessOutcome(this.facts(), outcome),
        onWarning: (warning) => changed(() => (this.#warning = warning)),
        onState: (state) => {
          if (state.kind === 'ended') {
            // A session that never had a channel takes no more input either.
            void carrier.endChannel();
            notes.ended(entryKey, state.end, state.endedAt);
          }
          changed(() => (this.#state = state));
        },
      },
    );
  }

  #destination(): Destination {
    const { place } = this.#options;
    if (place.targetQuery === undefined) return { kind: 'node', target: place.target };
    const { targetQuery } = place;
    const profile = this.#profile;
    const wanted = this.#wanted;
    return {
      kind: 'query',
      words: destinationWords(place),
      pick: (without) => this.#surroundings.pickMember(profile, targetQuery, { ...wanted, without }),
    };
  }

  /** The rule as it is now, which may not be that of the time when a tunnel was saved. */
  async #prepare(): Promise<Awaited<ReturnType<LifeOptions['prepare']>>> {
    const { place, prepare } = this.#options;
    if (place.reason === undefined && this.#surroundings.requiresReason(this.#profile))
      throw reasonRequired(destinationWords(place), this.#profile.name);
    // Of a member, whoever picks it knows.
    const agentVersion =
      place.targetQuery === undefined
        ? this.#surroundings.agentVersion(this.#profile, place.target)
        : undefined;
    return { ...(await prepare()), ...(agentVersion === undefined ? {} : { agentVersion }) };
  }

  #noteStart(entryKey: string): void {
    const { kind, remoteAddress } = this.#options;
    const { sessionId: _none, ...known } = this.facts();
    this.#surroundings.notes.started({
      ...known,
      key: entryKey,
      kind,
      ...(remoteAddress === undefined ? {} : { remoteAddress }),
    });
  }
}

function reasonRequired(target: string, profileName: string): AppError {
  return new AppError({
    code: 'reason-required',
    attempted: `Start a session on ${target}`,
    message: `Sessions of ${profileName} need a reason, and none was given.`,
    hint: 'Give one, such as the ticket that this is for.',
    retryable: false,
  });
}
