import type { SignIn, SignInFlow } from '../../shared/sign-in.ts';
import { finished } from '../state/sign-ins.ts';
import { signInName } from '../words/sign-ins.ts';
import { type ActionContext, tellDone, valueOrNotice } from './context.ts';

/** What a person does where credentials need them. */
export function createSignInActions(context: ActionContext) {
  const { door, store } = context;
  const ask = (id: string): void => store.change((state) => ({ ...state, dialog: { kind: 'sign-in', id } }));

  return {
    ask,
    /** The whole list, after each change anew. */
    accept(signIns: readonly SignIn[]): void {
      const done = finished(store.read().signIns, signIns);
      store.change((state) => {
        const { dialog } = state;
        const isOver = dialog?.kind === 'sign-in' && !signIns.some(({ id }) => id === dialog.id);
        return { ...state, signIns, ...(isOver ? { dialog: undefined } : {}) };
      });
      for (const signIn of done) {
        tellDone(
          context,
          signIn.kind === 'mfa'
            ? `Code for ${signInName(signIn)} accepted`
            : `Signed in to ${signInName(signIn)}`,
        );
      }
    },
    async start(id: string, flow: SignInFlow): Promise<void> {
      await valueOrNotice(context, door.startSignIn({ id, flow }));
    },
    async openPage(url: string): Promise<void> {
      await valueOrNotice(context, door.openLink({ url }));
    },
    async cancel(id: string): Promise<void> {
      await valueOrNotice(context, door.cancelSignIn({ id }));
    },
    async answer(id: string, code: string): Promise<void> {
      await valueOrNotice(context, door.answerMfa({ id, code }));
    },
  };
}

export type SignInActions = ReturnType<typeof createSignInActions>;
