import { activeTab } from '../actions/session-actions.ts';
import type { AppState } from '../state/app-state.ts';
import { leftWords } from '../words/sign-ins.ts';
import { fullTime } from '../words/time.ts';
import { useApp, useAppState, useNow } from './use-app.ts';

/** Below this, whoever wants to resume or start something should know. */
const soonMs = 10 * 60_000;

const shownProfileId = (state: AppState): string | undefined => {
  const tab = activeTab(state);
  return tab?.kind === 'session' ? tab.request.profileId : undefined;
};

/** Whose credentials the active tab uses, and how long they last; nothing where they have no end. */
export function TopIdentity() {
  const { signIns } = useApp();
  const profileId = useAppState(shownProfileId);
  const name = useAppState((state) => state.profiles.find(({ id }) => id === profileId)?.name);
  const expiresAt = useAppState((state) =>
    profileId === undefined ? undefined : state.credentials[profileId]?.expiresAt,
  );
  const signInId = useAppState(
    (state) =>
      state.signIns.find(({ waiting }) => waiting.some((waiter) => waiter.profileId === profileId))?.id,
  );
  const now = useNow(expiresAt === undefined ? undefined : 10_000);
  if (name === undefined || expiresAt === undefined) return null;
  const hasEnded = expiresAt <= now;
  const dot = hasEnded ? 'offline' : expiresAt - now < soonMs ? 'needs-sign-in' : 'live';
  const words = (
    <>
      <i className={`dot ${dot}`} aria-hidden />
      <span className="clip">{name}</span>
      <span className="top-identity-left numbers">{leftWords(expiresAt, now)}</span>
    </>
  );
  if (signInId !== undefined)
    return (
      <button type="button" className="top-identity" data-tip="Sign in" onClick={() => signIns.ask(signInId)}>
        {words}
      </button>
    );
  const when = `Credentials ${hasEnded ? 'ended' : 'end'} ${fullTime(expiresAt)}. Live sessions outlive them.`;
  return (
    <span className="top-identity" data-tip={when} data-testid="top-identity">
      {words}
    </span>
  );
}
