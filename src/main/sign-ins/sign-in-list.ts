import type { AppErrorData } from '../../shared/errors.ts';
import type { SignIn, SignInProgress, SignInWaiter } from '../../shared/sign-in.ts';

/** A sign-in of either kind before anybody waits for it. */
export type SignInNeed = NewSignIn<SignIn>;
type NewSignIn<T> = T extends SignIn ? Omit<T, 'waiting' | 'progress'> : never;

/** All sign-ins that are needed or under way, in the order in which they came up. Plain values; every change is a function here. */
export type SignInList = readonly SignIn[];

/** A profile waits for a sign-in, be it a new one or one that others wait for too. How far it has come stays as it is. */
export function withWaiter(list: SignInList, need: SignInNeed, waiter: SignInWaiter): SignInList {
  const known = list.find(({ id }) => id === need.id);
  if (known === undefined) return [...list, { ...need, waiting: [waiter], progress: { kind: 'needed' } }];
  const isSame = known.waiting.some((one) => isSameWaiter(one, waiter));
  if (isSame) return list;
  return changed(list, need.id, (signIn) => ({ ...signIn, waiting: [...signIn.waiting, waiter] }));
}

export function withProgress(list: SignInList, id: string, progress: SignInProgress): SignInList {
  return changed(list, id, (signIn) => ({ ...signIn, progress }));
}

/** Done, or not needed any more. */
export function withoutSignIn(list: SignInList, id: string): SignInList {
  return list.some((signIn) => signIn.id === id) ? list.filter((signIn) => signIn.id !== id) : list;
}

/** A profile waits for nothing any more. A sign-in that nobody waits for is not needed, but one that is under way goes on. */
export function withoutWaiter(list: SignInList, profileId: string): SignInList {
  if (!list.some(({ waiting }) => waiting.some((waiter) => waiter.profileId === profileId))) return list;
  return list
    .map((signIn) => ({
      ...signIn,
      waiting: signIn.waiting.filter((waiter) => waiter.profileId !== profileId),
    }))
    .filter(({ waiting, progress }) => waiting.length > 0 || isUnderWay(progress));
}

export const isUnderWay = ({ kind }: SignInProgress): boolean => kind === 'starting' || kind === 'verifying';

export const failedWith = (error: AppErrorData): SignInProgress => ({ kind: 'failed', error });

/** Ids of the profiles that wait for a sign-in, each once. */
export function profilesThatWait({ waiting }: SignIn): string[] {
  return [...new Set(waiting.map(({ profileId }) => profileId))];
}

const isSameWaiter = (a: SignInWaiter, b: SignInWaiter): boolean =>
  a.profileId === b.profileId && a.accountId === b.accountId && a.roleName === b.roleName;

function changed(list: SignInList, id: string, change: (signIn: SignIn) => SignIn): SignInList {
  return list.map((signIn) => (signIn.id === id ? change(signIn) : signIn));
}
