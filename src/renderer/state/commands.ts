import type { TargetQuery } from '../../shared/target-query.ts';
import type { CommandRun } from '../../shared/commands.ts';
import type { AppState } from './app-state.ts';

/** Where something is to happen: a node as a profile reaches it, or any member of a query. */
export interface NodeChoice {
  readonly profileId: string;
  readonly target?: string;
  readonly targetQuery?: TargetQuery;
  /** The node's own name, untrusted; the target when absent. */
  readonly nodeName?: string;
}

/** What the commands view is about to run. Kept here, since the view goes when another tab comes to the front. */
export interface CommandDraft {
  readonly node: NodeChoice | undefined;
  readonly text: string;
  readonly reason: string;
  /** Given to `sh -c`, for pipes, variables and several lines. */
  readonly inShell: boolean;
}

export interface Commands {
  /** Of this run of the app, newest first. */
  readonly runs: readonly CommandRun[];
  /** The run whose output is shown. */
  readonly shownKey: string | undefined;
  readonly draft: CommandDraft;
}

export const noCommands: Commands = {
  runs: [],
  shownKey: undefined,
  draft: { node: undefined, text: '', reason: '', inShell: true },
};

export const isRunning = ({ state }: CommandRun): boolean => state.kind !== 'ended';

const withCommands = (state: AppState, change: Partial<Commands>): AppState => ({
  ...state,
  commands: { ...state.commands, ...change },
});

/** News of a run. One that is not known yet is the newest. */
export function withRun(state: AppState, run: CommandRun): AppState {
  const { runs } = state.commands;
  const isKnown = runs.some(({ key }) => key === run.key);
  return withCommands(state, {
    runs: isKnown ? runs.map((known) => (known.key === run.key ? run : known)) : [run, ...runs],
  });
}

/** Its neighbour is shown instead, if it was the one that was. */
export function withoutRun(state: AppState, key: string): AppState {
  const { runs, shownKey } = state.commands;
  const at = runs.findIndex((run) => run.key === key);
  if (at === -1) return state;
  const left = runs.toSpliced(at, 1);
  const neighbour = (left[at] ?? left.at(-1))?.key;
  return withCommands(state, { runs: left, shownKey: shownKey === key ? neighbour : shownKey });
}

export const withShownRun = (state: AppState, shownKey: string | undefined): AppState =>
  withCommands(state, { shownKey });

export const withDraft = (state: AppState, draft: Partial<CommandDraft>): AppState =>
  withCommands(state, { draft: { ...state.commands.draft, ...draft } });

export const shownRun = ({ commands }: AppState): CommandRun | undefined =>
  commands.runs.find(({ key }) => key === commands.shownKey) ?? commands.runs[0];
