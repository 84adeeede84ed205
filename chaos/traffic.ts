import type { Lane, LaneVerdict } from './lane.ts';
import type { Sabotage } from './sabotage.ts';
import type { SessionWatch } from './session-watch.ts';

export interface TrafficOptions {
  /** Of one lane, in bytes a second. */
  rate: { up: number; down: number };
  stillLimitMs: number;
  sabotage: Sabotage;
  random(): number;
}

/** A session with streams on it. */
export interface Traffic {
  watch: SessionWatch;
  /** Those that are under way and go on until {@link finish}. */
  lanes(): readonly Lane[];
  /** The streams that came and went, and those among them that were not as they should be. */
  shorts(): { count: number; bytes: number; bad: readonly LaneVerdict[] };
  /** Brings the lasting streams to their end, and the session too. */
  finish(): Promise<LaneVerdict[]>;
}
