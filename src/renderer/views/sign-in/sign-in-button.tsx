import { signInFor } from '../../state/sign-ins.ts';
import { isUnderWay } from '../../words/sign-ins.ts';
import { useApp, useAppState } from '../use-app.ts';

/** The way to the sign-in that a profile waits for; nothing where it waits for none. */
export function SignInButton({ profileId }: { readonly profileId: string }) {
  const { signIns } = useApp();
  const signIn = useAppState((state) => signInFor(state, profileId));
  if (signIn === undefined) return null;
  return (
    <button type="button" className="button small" onClick={() => signIns.ask(signIn.id)}>
      {signIn.kind === 'mfa' ? 'Give the code…' : isUnderWay(signIn) ? 'Signing in…' : 'Sign in…'}
    </button>
  );
}
