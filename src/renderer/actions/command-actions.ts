import type { RunCommandRequest } from '../../shared/commands.ts';
import type { AppState } from '../state/app-state.ts';
import {
  type CommandDraft,
  type NodeChoice,
  withDraft,
  withoutRun,
  withRun,
  withShownRun,
} from '../state/commands.ts';
import { openTab, viewTabs } from '../state/tabs.ts';
import { type ActionContext, valueOrNotice } from './context.ts';

/** Commands without a terminal. */
export function createCommandActions(context: ActionContext) {
  const { door, store } = context;

  async function runNow(request: RunCommandRequest): Promise<void> {
    store.change((state) => ({ ...state, dialog: undefined }));
    const made = await valueOrNotice(context, door.runCommand(request));
    if (made === undefined) return;
    const run = made.value;
    // News may have overtaken the answer, and knows more.
    store.change((state) => {
      const isKnown = state.commands.runs.some(({ key }) => key === run.key);
      return withShownRun(isKnown ? state : withRun(state, run), run.key);
    });
  }

  return {
    runNow,
    /** Runs, on a production node after a question: a command acts the moment it is given. */
    run(request: RunCommandRequest): void {
      const state = store.read();
      if (!isProduction(state, request.profileId)) void runNow(request);
      else store.change((current) => ({ ...current, dialog: { kind: 'run-command', request } }));
    },
    show: (key: string): void => store.change((state) => withShownRun(state, key)),
    draft: (change: Partial<CommandDraft>): void => store.change((state) => withDraft(state, change)),
    /** Opens the view with this node chosen. */
    openFor: (node: NodeChoice): void =>
      store.change((state) => ({
        ...withDraft(state, { node }),
        tabs: openTab(state.tabs, viewTabs.commands),
      })),
    cancel: async (key: string): Promise<void> =>
      void (await valueOrNotice(context, door.cancelCommand({ key }))),
    async forget(key: string): Promise<void> {
      const forgotten = await valueOrNotice(context, door.forgetCommand({ key }));
      if (forgotten !== undefined) store.change((state) => withoutRun(state, key));
    },
    reconnectNow: async (key: string): Promise<void> =>
      void (await valueOrNotice(context, door.reconnectNow({ key }))),
  };
}

export const isProduction = (state: AppState, profileId: string): boolean =>
  state.profiles.some(({ id, environment }) => id === profileId && environment === 'production');

export type CommandActions = ReturnType<typeof createCommandActions>;
