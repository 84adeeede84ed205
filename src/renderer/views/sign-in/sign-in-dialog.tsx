import { signInOf } from '../../state/sign-ins.ts';
import { remoteText } from '../../words/remote-text.ts';
import { signInName } from '../../words/sign-ins.ts';
import { Frame } from '../dialogs/frame.tsx';
import { useApp, useAppState } from '../use-app.ts';
import { SignInBody } from './sign-in-card.tsx';
import './sign-in.css';

/** One sign-in in front of everything else. Closing it gives nothing up: what is under way goes on. */
export function SignInDialog({ id }: { readonly id: string }) {
  const { workspace } = useApp();
  const signIn = useAppState((state) => signInOf(state, id));
  if (signIn === undefined) return null;
  return (
    <Frame
      title={
        signIn.kind === 'mfa' ? 'Code of your MFA device' : `Sign in to ${remoteText(signInName(signIn))}`
      }
      width="middle"
      onClose={() => workspace.setDialog(undefined)}
    >
      <div className="sign-in-body" data-testid="sign-in-dialog" data-progress={signIn.progress.kind}>
        <SignInBody signIn={signIn} />
      </div>
    </Frame>
  );
}
