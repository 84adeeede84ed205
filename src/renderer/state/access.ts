import type { CommandRun } from '../../shared/commands.ts';
import type { SessionFacts, SessionState, SessionSummary } from '../../shared/models.ts';
import type { TunnelStatus } from '../../shared/tunnels.ts';
import type { AppState } from './app-state.ts';

/** The states of a session that waits for somebody to approve it. */
export type AccessState = Extract<SessionState, { kind: 'needs-approval' | 'awaiting-approval' }>;

/** Who waits for an approval, whatever kind of session it is. */
export interface AccessSubject {
  readonly key: string;
  readonly facts: SessionFacts;
  readonly state: AccessState;
}

/** Whatever goes by that key; undefined once it is gone. */
export const holderOf = (
  state: AppState,
  key: string,
): SessionSummary | TunnelStatus | CommandRun | undefined =>
  state.sessions[key] ?? state.tunnelStatuses[key] ?? state.commands.runs.find((run) => run.key === key);

/** Undefined where it waits for none. */
export function accessSubject(
  key: string,
  holder: SessionSummary | TunnelStatus | CommandRun | undefined,
): AccessSubject | undefined {
  if (holder === undefined) return undefined;
  const { state } = holder;
  if (state.kind !== 'needs-approval' && state.kind !== 'awaiting-approval') return undefined;
  const facts = 'tunnelId' in holder ? holder.session : holder;
  return facts === undefined ? undefined : { key, facts, state };
}

/**
 * Where an approval is waited for, in the order of the tabs, the tunnels and the commands: the first who waits of each node, since one
 * request serves all.
 */
export function accessSubjects(state: AppState): AccessSubject[] {
  const keys = [
    ...state.tabs.items.flatMap((tab) =>
      tab.kind === 'session' && tab.link.kind === 'session' ? [tab.link.key] : [],
    ),
    ...Object.keys(state.tunnelStatuses),
    ...state.commands.runs.map(({ key }) => key),
  ];
  const byNode = new Map<string, AccessSubject>();
  for (const key of keys) {
    const subject = accessSubject(key, holderOf(state, key));
    if (subject === undefined) continue;
    const { profileId, region, target } = subject.facts;
    const node = `${profileId} ${region} ${target}`;
    if (!byNode.has(node)) byNode.set(node, subject);
  }
  return [...byNode.values()];
}
