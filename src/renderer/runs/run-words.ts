import type { CommandRun } from '../../shared/commands.ts';
import { stateDot, stateWord } from '../words/states.ts';
import { isRunning } from '../state/commands.ts';

/** How a run stands, in a word or two and with its mark: the exit code once there is one. */
export function runWords(run: CommandRun): { readonly word: string; readonly mark: string } {
  const { state, exitCode, isCancelling, sessionId } = run;
  if (isRunning(run)) {
    if (isCancelling) return { word: 'cancelling', mark: 'reconnecting' };
    // Until the agent has answered, nothing runs.
    if (state.kind === 'live' && run.channel === undefined) return { word: 'starting', mark: 'connecting' };
    return { word: state.kind === 'live' ? 'running' : stateWord(state), mark: stateDot(state) };
  }
  if (exitCode !== undefined) {
    if (exitCode === 0) return { word: 'exit 0', mark: 'done' };
    return { word: exitCode === -1 ? 'ended by a signal' : `exit ${exitCode}`, mark: 'failed' };
  }
  if (isCancelling) return { word: 'cancelled', mark: 'ended' };
  if (state.kind === 'ended' && state.end.kind === 'failed') {
    return { word: sessionId === undefined ? 'not started' : 'failed', mark: 'failed' };
  }
  return { word: 'ended', mark: 'ended' };
}

/** Milliseconds it has taken so far, or took. */
export const runDuration = ({ state, startedAt }: CommandRun, now: number): number =>
  (state.kind === 'ended' ? state.endedAt : now) - startedAt;
