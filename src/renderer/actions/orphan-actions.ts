import type { AppErrorData } from '../../shared/errors.ts';
import type { Orphan } from '../../shared/orphans.ts';
import { count } from '../words/numbers.ts';
import { type ActionContext, tellDone, valueOrNotice } from './context.ts';

/** What to do with sessions that an earlier run of the app left behind. */
export function createOrphanActions(context: ActionContext) {
  const { door, store } = context;
  const closeDialog = (): void =>
    store.change((state) => (state.dialog?.kind === 'orphans' ? { ...state, dialog: undefined } : state));

  return {
    review: (): void => store.change((state) => ({ ...state, dialog: { kind: 'orphans' } })),
    /** The notice goes; at the next start they are asked about again. */
    putOff: (): void => store.change((state) => ({ ...state, orphansPutOff: true })),
    /** The whole list, after each decision anew. With none left there is nothing more to ask. */
    accept(orphans: readonly Orphan[]): void {
      store.change((state) => ({ ...state, orphans }));
      if (orphans.length === 0) closeDialog();
    },
    /** Answers which of them could not be ended, and why. */
    async end(ids: readonly string[]): Promise<readonly { id: string; error: AppErrorData }[]> {
      const done = await valueOrNotice(context, door.endOrphans({ ids: [...ids] }));
      if (done === undefined) return [];
      const { ended, failed } = done.value;
      if (ended.length > 0) tellDone(context, `${count(ended.length, 'session')} ended`);
      if (store.read().orphans.length === 0) closeDialog();
      return failed;
    },
    async keep(): Promise<void> {
      const kept = store.read().orphans.length;
      closeDialog();
      const done = await valueOrNotice(context, door.keepOrphans(undefined));
      if (done !== undefined) tellDone(context, `${count(kept, 'session')} left open`);
    },
  };
}

export type OrphanActions = ReturnType<typeof createOrphanActions>;
