import type { CredentialsStatus, SignIn } from '../../shared/sign-in.ts';
import type { AppState } from './app-state.ts';

export const withCredentials = (state: AppState, statuses: readonly CredentialsStatus[]): AppState => ({
  ...state,
  credentials: Object.fromEntries(statuses.map((status) => [status.profileId, status])),
});

/** The first sign-in that a profile waits for. */
export const signInFor = (state: AppState, profileId: string): SignIn | undefined =>
  state.signIns.find(({ waiting }) => waiting.some((waiter) => waiter.profileId === profileId));

export const signInOf = (state: AppState, id: string): SignIn | undefined =>
  state.signIns.find((signIn) => signIn.id === id);

/** Those that were being made and are needed no longer: they came to a good end. */
export function finished(before: readonly SignIn[], after: readonly SignIn[]): SignIn[] {
  const left = new Set(after.map(({ id }) => id));
  return before.filter(
    ({ id, progress }) => !left.has(id) && (progress.kind === 'starting' || progress.kind === 'verifying'),
  );
}
