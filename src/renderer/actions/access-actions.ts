import { type ActionContext, valueOrNotice } from './context.ts';

/** What a person does where somebody has to approve a session. `key` is that of a session or a command, or the id of a tunnel. */
export function createAccessActions(context: ActionContext) {
  const { door, store } = context;
  return {
    /** Opens the form, for what has no room for it of its own. */
    open: (key: string): void => store.change((state) => ({ ...state, dialog: { kind: 'access', key } })),
    async ask(key: string, reason: string): Promise<void> {
      await valueOrNotice(context, door.askForAccess({ key, reason }));
    },
    async lookNow(key: string): Promise<void> {
      await valueOrNotice(context, door.reconnectNow({ key }));
    },
  };
}

export type AccessActions = ReturnType<typeof createAccessActions>;
