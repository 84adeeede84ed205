import type { Approval } from './models.ts';
import type { CutOff, SessionTerms } from './session-terms.ts';

/*
 * When the service ends a session (protocol notes, section 8.4), as far as this side can tell. What counts as activity there
 * is stream data of either direction; what is seen here of it is a little earlier or later.
 */

/** The service's idle limit where nobody has said otherwise (section 8.4). */
export const defaultIdleMinutes = 20;

const minuteMs = 60_000;

/** How long before each cut-off it is time to say so. */
const leadMs: Readonly<Record<CutOff['kind'], number>> = {
  idle: 2 * minuteMs,
  duration: 10 * minuteMs,
  approval: 5 * minuteMs,
};

/** Of a short limit, the last quarter. */
const shortLead = 4;

export interface CutOffInSight extends CutOff {
  /** From when on it is time to say so. */
  readonly warnFrom: number;
  readonly limitMs: number;
}

/** The cut-offs of a session, the nearer one first; the end of its approval is one of them. All times are epoch milliseconds. */
export function cutOffsOf(
  terms: SessionTerms,
  activeAt = terms.startedAt,
  approval?: Approval,
): CutOffInSight[] {
  const { startedAt, idleMinutes, maxMinutes } = terms;
  return [
    ...(idleMinutes === undefined ? [] : [cutOff('idle', activeAt, idleMinutes * minuteMs)]),
    ...(maxMinutes === undefined ? [] : [cutOff('duration', startedAt, maxMinutes * minuteMs)]),
    ...(approval === undefined ? [] : [cutOff('approval', approval.since, approval.until - approval.since)]),
  ].sort((one, other) => one.at - other.at);
}

function cutOff(kind: CutOff['kind'], from: number, limitMs: number): CutOffInSight {
  const at = from + limitMs;
  return { kind, at, limitMs, warnFrom: at - Math.min(leadMs[kind], limitMs / shortLead) };
}
