import type { Door, Reply } from '../../../src/shared/door.ts';
import type { EventName } from '../../../src/shared/contract-names.ts';
import type { SignIn, SignInProgress } from '../../../src/shared/sign-in.ts';
import type { Workspace } from '../../../src/shared/workspace.ts';

const ok = <T>(value: T): Promise<Reply<T>> => Promise.resolve({ ok: true, value });

/** Logins stop where the person has to act in the browser; the code 000000 is wrong, every other one right. */
export function fakeSignIns(
  workspace: Workspace,
  emit: (name: EventName, payload: unknown) => void,
): Pick<Door, 'startSignIn' | 'cancelSignIn' | 'answerMfa'> {
  let signIns: SignIn[] = workspace.signIns;
  const tell = (changed: SignIn[]): void => {
    signIns = changed;
    emit('signInsChanged', signIns);
  };
  const progress = (id: string, kind: SignInProgress): void =>
    tell(signIns.map((signIn) => (signIn.id === id ? { ...signIn, progress: kind } : signIn)));
  return {
    startSignIn: ({ id, flow }) => {
      progress(id, { kind: 'starting' });
      const url = 'https://device.sso.eu-west-1.amazonaws.com/?user_code=QJWM-LPCD';
      const code = flow === 'device' ? { userCode: 'QJWM-LPCD' } : {};
      window.setTimeout(() => {
        progress(id, { kind: 'verifying', url, ...code, expiresAt: Date.now() + 581_000 });
      }, 300);
      return ok(undefined);
    },
    cancelSignIn: ({ id }) => {
      progress(id, { kind: 'needed' });
      return ok(undefined);
    },
    answerMfa: ({ id, code }) => {
      progress(id, { kind: 'starting' });
      window.setTimeout(() => {
        if (code !== '000000') {
          tell(signIns.filter((signIn) => signIn.id !== id));
          return;
        }
        progress(id, {
          kind: 'failed',
          error: {
            code: 'access-denied',
            attempted: 'Check the code of the MFA device',
            message: 'The service did not accept the code.',
            hint: 'A code is good once, for about 30 seconds. Wait for the next one, and check the clock of the device.',
            retryable: true,
          },
        });
      }, 300);
      return ok(undefined);
    },
  };
}
