import type { StartSessionRequest } from '../../aws/control-plane.ts';
import type { Profile, SessionStats, SessionSummary, StartRequest } from '../../shared/models.ts';
import type { SessionBytes } from '../bytes/session-bytes.ts';
import { SessionLife, type SessionSurroundings } from './session-life.ts';

/**
 * What one tab shows: a target under a key, with the run that is live or was the last. It outlives the page and its own
 * runs; it is forgotten when its tab is closed.
 */
export class Session {
  readonly bytes: SessionBytes;
  readonly life: SessionLife;
  readonly #key: string;

  constructor(
    key: string,
    profile: Profile,
    request: StartRequest,
    bytes: SessionBytes,
    surroundings: SessionSurroundings,
    onChanged: (summary: SessionSummary) => void,
  ) {
    const { target, nodeName, documentName, reason, cols, rows } = request;
    this.#key = key;
    this.bytes = bytes;
    bytes.awaitChannel({ cols, rows });
    this.life = new SessionLife(
      {
        key,
        kind: 'shell',
        profile,
        place: {
          target,
          nodeName: nodeName || target,
          ...(documentName === undefined ? {} : { documentName }),
          ...(reason === undefined ? {} : { reason }),
        },
        sessionTypes: ['Standard_Stream', 'InteractiveCommands'],
        carrier: bytes,
        prepare: () => Promise.resolve(startSessionRequest(request)),
      },
      surroundings,
      { onChanged: () => onChanged(this.summary()) },
    );
  }

  summary(): SessionSummary {
    return { ...this.life.facts(), state: this.life.state, ...this.life.remarks() };
  }

  /** Only after an end. The profile is the one of this id as it is now. */
  restart(profile: Profile, cols: number, rows: number): void {
    this.bytes.awaitChannel({ cols, rows });
    this.life.beginAgain(profile);
  }

  async stats(): Promise<SessionStats> {
    const figures = await this.bytes.figures();
    return { key: this.#key, resends: 0, bytesIn: 0, bytesOut: 0, ...figures };
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
