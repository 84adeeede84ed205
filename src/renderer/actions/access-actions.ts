import type { AccessSubject } from '../state/access.ts';
import { type ActionContext, valueOrNotice } from './context.ts';
import type { SessionActions } from './session-actions.ts';

/** What a person does where somebody has to approve a session. `key` is that of a session or a command, or the id of a tunnel. */
export function createAccessActions(context: ActionContext, sessions: Pick<SessionActions, 'activateKey'>) {
  const { door, store } = context;
  const open = (key: string): void =>
    store.change((state) => ({ ...state, dialog: { kind: 'access', key } }));
  return {
    /** Opens the form, for what has no room for it of its own. */
    open,
    /** To where it is asked for: a tab without a session has it in the place of its terminal. */
    show({ key, facts }: AccessSubject): void {
      const isShell = store.read().sessions[key] !== undefined;
      if (isShell) sessions.activateKey(key);
      if (!isShell || facts.sessionId !== undefined) open(key);
    },
    async ask(key: string, reason: string): Promise<void> {
      await valueOrNotice(context, door.askForAccess({ key, reason }));
    },
    async lookNow(key: string): Promise<void> {
      await valueOrNotice(context, door.reconnectNow({ key }));
    },
  };
}

export type AccessActions = ReturnType<typeof createAccessActions>;
