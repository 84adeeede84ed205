import { Copy, ExternalLink, Globe, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AppErrorData } from '../../../shared/errors.ts';
import type { SignIn, SignInProgress } from '../../../shared/sign-in.ts';
import { errorTitle } from '../../words/errors.ts';
import { timeLeft } from '../../words/sign-ins.ts';
import { CopyError } from '../copy-error.tsx';
import { useApp, useNow } from '../use-app.ts';

type LoginSignIn = Exclude<SignIn, { kind: 'mfa' }>;
type Verifying = Extract<SignInProgress, { kind: 'verifying' }>;

/** A login in the browser, step by step. Nothing opens before a button has been pressed. */
export function LoginSteps({ signIn }: { readonly signIn: LoginSignIn }) {
  const { progress } = signIn;
  const isConsole = signIn.kind === 'console';
  switch (progress.kind) {
    case 'needed':
      return (
        <>
          <p>
            {isConsole
              ? 'Your browser shows the sign-in of the AWS console. It serves every profile of the same person, and the AWS CLI too; one that is made with aws login serves Nodewharf.'
              : 'Your browser shows the page of IAM Identity Center. The sign-in serves every profile of it, and the AWS CLI too.'}
          </p>
          <Ways signIn={signIn} />
        </>
      );
    case 'starting':
      return (
        <Step id={signIn.id}>
          <LoaderCircle className="icon spinner" aria-hidden />
          {isConsole ? 'Asking AWS Sign-In…' : 'Asking IAM Identity Center…'}
        </Step>
      );
    case 'verifying':
      return progress.userCode === undefined ? (
        <InBrowser id={signIn.id} progress={progress} />
      ) : (
        <WithCode id={signIn.id} progress={progress} code={progress.userCode} />
      );
    case 'failed':
      return (
        <>
          <div className="sign-in-failed" role="alert">
            <TriangleAlert className="icon" aria-hidden />
            <p className="copyable">
              <b>{failedTitle(progress.error)}</b> {progress.error.message} {progress.error.hint}
            </p>
          </div>
          <Ways signIn={signIn} error={progress.error} />
        </>
      );
  }
}

/** What the sign-in itself says needs no title of another error. */
const failedTitle = ({ code }: AppErrorData): string =>
  code === 'sign-in-needed' ? 'Not signed in.' : errorTitle(code);

function Ways({ signIn, error }: { readonly signIn: LoginSignIn; readonly error?: AppErrorData }) {
  const { signIns } = useApp();
  const { id } = signIn;
  return (
    <div className="sign-in-actions">
      <button type="button" className="button primary" onClick={() => void signIns.start(id, 'pkce')}>
        <Globe className="icon" aria-hidden />
        {error === undefined ? 'Sign in with the browser' : 'Try again with the browser'}
      </button>
      {signIn.kind === 'sso' && (
        <button type="button" className="button" onClick={() => void signIns.start(id, 'device')}>
          Use a code
        </button>
      )}
      {signIn.kind === 'console' && signIn.awsProfile !== undefined && (
        <CopyCommand profileName={signIn.awsProfile} />
      )}
      {error !== undefined && <CopyError error={error} />}
    </div>
  );
}

/** For whoever would rather sign in in a terminal; that is noticed here. */
function CopyCommand({ profileName }: { readonly profileName: string }) {
  const { terminal } = useApp();
  // A shell takes other names for more than a name.
  const name = /^[\w.@/-]+$/.test(profileName) ? profileName : `'${profileName.replaceAll("'", "'\\''")}'`;
  const command = `aws login --profile ${name}`;
  return (
    <button
      type="button"
      className="button"
      data-tip={command}
      onClick={() => void terminal.copyWithNotice(command, 'Command')}
    >
      <Copy className="icon" aria-hidden />
      Copy the command
    </button>
  );
}

function Step({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  return (
    <div className="sign-in-step" role="status">
      {children}
      <CancelButton id={id} />
    </div>
  );
}

function CancelButton({ id }: { readonly id: string }) {
  const { signIns } = useApp();
  return (
    <button type="button" className="button" onClick={() => void signIns.cancel(id)}>
      Cancel
    </button>
  );
}

interface VerifyingProps {
  readonly id: string;
  readonly progress: Verifying;
}

function InBrowser({ id, progress }: VerifyingProps) {
  return (
    <>
      <div className="sign-in-step" role="status">
        <LoaderCircle className="icon spinner" aria-hidden />
        <span>
          <b>Finish in your browser.</b> It comes back here by itself.
        </span>
      </div>
      <div className="sign-in-actions">
        <PageButtons url={progress.url} word="Open the page again" />
        <TimeLeft to={progress.expiresAt} />
        <CancelButton id={id} />
      </div>
    </>
  );
}

function WithCode({ id, progress, code }: VerifyingProps & { readonly code: string }) {
  const { terminal } = useApp();
  return (
    <>
      <p>Open the page, sign in, and confirm that it shows this code:</p>
      <div className="sign-in-code">
        <output className="mono copyable" aria-label="Code to compare" data-testid="user-code">
          {code}
        </output>
        <button
          type="button"
          className="button small"
          onClick={() => void terminal.copyWithNotice(code, 'Code')}
        >
          <Copy className="icon" aria-hidden />
          Copy code
        </button>
      </div>
      <p className="sign-in-url mono copyable">{progress.url}</p>
      <div className="sign-in-actions">
        <PageButtons url={progress.url} word="Open the page" isFirst />
        <TimeLeft to={progress.expiresAt} />
        <CancelButton id={id} />
      </div>
    </>
  );
}

interface PageButtonsProps {
  readonly url: string;
  readonly word: string;
  /** It is the next thing to do. */
  readonly isFirst?: boolean;
}

function PageButtons({ url, word, isFirst = false }: PageButtonsProps) {
  const { terminal, signIns } = useApp();
  return (
    <>
      <button
        type="button"
        className={`button ${isFirst ? 'primary' : ''}`}
        onClick={() => void signIns.openPage(url)}
      >
        <ExternalLink className="icon" aria-hidden />
        {word}
      </button>
      <button type="button" className="button" onClick={() => void terminal.copyWithNotice(url, 'Address')}>
        Copy address
      </button>
    </>
  );
}

function TimeLeft({ to }: { readonly to: number }) {
  const now = useNow(1000);
  return (
    <span className="sign-in-left numbers" aria-live="off">
      {timeLeft(to, now)} left
    </span>
  );
}
