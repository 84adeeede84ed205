import { KeyRound, ShieldCheck } from 'lucide-react';
import type { SignIn } from '../../../shared/sign-in.ts';
import { accountWords, deviceName, identitiesOf, roleOf, signInName } from '../../words/sign-ins.ts';
import { remoteText } from '../../words/remote-text.ts';
import { useAppState } from '../use-app.ts';
import { MfaSteps } from './mfa-steps.tsx';
import { LoginSteps } from './login-steps.tsx';
import './sign-in.css';

/** Past this many a list of waiting profiles says no more than a number. */
const namedProfiles = 4;

/** What has to be done before credentials can be had: for whom, as whom, and each step of it. */
export function SignInCard({ signIn }: { readonly signIn: SignIn }) {
  const Icon = signIn.kind === 'mfa' ? ShieldCheck : KeyRound;
  return (
    <section className="stage-card" data-testid="sign-in-card" data-progress={signIn.progress.kind}>
      <header>
        <Icon className="icon stage-card-mark" aria-hidden />
        <h2>
          {signIn.kind === 'mfa' ? (
            <>Code of your MFA device</>
          ) : (
            <>Sign in to {remoteText(signInName(signIn))}</>
          )}
        </h2>
      </header>
      <SignInBody signIn={signIn} />
    </section>
  );
}

/** The card without its title, which a dialog has already. */
export function SignInBody({ signIn }: { readonly signIn: SignIn }) {
  return (
    <>
      <Facts signIn={signIn} />
      {signIn.kind === 'mfa' ? <MfaSteps signIn={signIn} /> : <LoginSteps signIn={signIn} />}
    </>
  );
}

function Facts({ signIn }: { readonly signIn: SignIn }) {
  const profiles = useAppState((state) => state.profiles);
  const waiting = [...new Set(signIn.waiting.map(({ profileId }) => profileId))].flatMap(
    (id) => profiles.find((profile) => profile.id === id) ?? [],
  );
  const identities = identitiesOf(signIn).map((identity) => remoteText(identity));
  return (
    <dl className="sign-in-facts">
      {signIn.kind === 'sso' && (
        <div>
          <dt>Start page</dt>
          <dd className="mono copyable">{remoteText(signIn.startUrl)}</dd>
        </div>
      )}
      {signIn.kind === 'mfa' && (
        <div>
          <dt>Device</dt>
          <dd className="copyable" data-tip={remoteText(signIn.serial)}>
            {remoteText(deviceName(signIn.serial))}
          </dd>
        </div>
      )}
      {identities.length > 0 && (
        <div>
          <dt>{signIn.kind === 'console' ? 'As' : 'Role'}</dt>
          <dd>
            {signIn.kind === 'mfa' ? <Role arn={signIn.roleArn} /> : listWords(identities, namedProfiles)}
          </dd>
        </div>
      )}
      {waiting.length > 0 && (
        <div>
          <dt>Waiting</dt>
          <dd className="sign-in-waiting">
            {waiting.slice(0, namedProfiles).map(({ id, name, environment }) => (
              <span key={id} data-env={environment}>
                <i className="env-bar" aria-hidden /> {name}
              </span>
            ))}
            {waiting.length > namedProfiles && <span>and {waiting.length - namedProfiles} more</span>}
          </dd>
        </div>
      )}
    </dl>
  );
}

function Role({ arn }: { readonly arn: string }) {
  const { name, accountId } = roleOf(arn);
  return (
    <span className="copyable" data-tip={remoteText(arn)}>
      {remoteText(name)}
      {accountId !== undefined && <> in {accountWords(accountId)}</>}
    </span>
  );
}

function listWords(words: readonly string[], most: number): string {
  const shown = words.slice(0, most).join(', ');
  return words.length > most ? `${shown} and ${words.length - most} more` : shown;
}
