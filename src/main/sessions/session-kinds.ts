import type { EventPayload } from '../../shared/contract.ts';
import type { EventName } from '../../shared/contract-names.ts';
import type { Profile, SessionSummary } from '../../shared/models.ts';
import type { BytesWorkerOwner } from '../bytes/bytes-worker-owner.ts';
import type { LinkClock } from '../bytes/terminal-link.ts';
import { Commands } from '../commands/commands.ts';
import { MemberSearch } from '../members/member-search.ts';
import type { TunnelStore } from '../tunnels/tunnel-store.ts';
import { Tunnels } from '../tunnels/tunnels.ts';
import { LiveSessions } from './live-sessions.ts';
import type { SessionSurroundings } from './session-life.ts';
import { SessionRegistry } from './session-registry.ts';

export interface SessionKindsOptions {
  surroundings: Omit<SessionSurroundings, 'pickMember'>;
  bytes: Pick<BytesWorkerOwner, 'bytesOf' | 'tunnelOf' | 'commandOf'>;
  tunnelStore: TunnelStore;
  clock: LinkClock;
  /** Gives the profile of an id, as it connects to the Region that the target is in, or throws `not-found`. */
  profile(id: string, attempted: string, target: string | undefined): Profile;
  /** The service is about to end a session, which the user may not be looking at. */
  onCutOff(session: SessionSummary): void;
  tell<N extends EventName>(name: N, payload: EventPayload<N>): void;
}

/** The owners of all sessions: each kind has one, and what all share is in `lives`. */
export interface SessionKinds {
  lives: LiveSessions;
  sessions: SessionRegistry;
  tunnels: Tunnels;
  commands: Commands;
}

export function makeSessionKinds(options: SessionKindsOptions): SessionKinds {
  const { bytes, tunnelStore, clock, profile, onCutOff, tell } = options;
  const lives = new LiveSessions();
  const members = new MemberSearch({
    connect: options.surroundings.connect,
    sessionsOn: (target) => lives.countOn(target),
  });
  const surroundings: SessionSurroundings = {
    ...options.surroundings,
    pickMember: (...search) => members.pick(...search),
  };
  return {
    lives,
    sessions: new SessionRegistry(
      {
        ...surroundings,
        bytesOf: (key) => bytes.bytesOf(key),
        profile,
        findSuccessor: (...search) => members.findSuccessor(...search),
        lives,
        setTimer: (run, delayMs) => clock.setTimer(run, delayMs),
      },
      {
        changed: (summary) => tell('sessionChanged', summary),
        cutOff: (summary) => onCutOff(summary),
        forgotten: (key) => tell('sessionForgotten', { key }),
      },
    ),
    tunnels: new Tunnels({
      store: tunnelStore,
      surroundings,
      tunnelOf: (key, onFigures) => bytes.tunnelOf(key, onFigures),
      profile,
      lives,
      onChanged: (status) => tell('tunnelStatusChanged', status),
    }),
    commands: new Commands({
      surroundings,
      commandOf: (key, onProgress) => bytes.commandOf(key, onProgress),
      profile,
      lives,
      setTimer: (run, delayMs) => clock.setTimer(run, delayMs),
      onChanged: (run) => tell('commandChanged', run),
      onForgotten: (key) => tell('commandForgotten', { key }),
    }),
  };
}
