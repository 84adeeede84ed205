import type { SignIn } from '../../shared/sign-in.ts';
import { duration } from './time.ts';

/** What a person signs in to: the name of the session, else the host of its start page; of a code, the role. */
export function signInName(signIn: SignIn): string {
  if (signIn.kind === 'mfa') return roleOf(signIn.roleArn).name;
  if (signIn.kind === 'console') return 'the AWS console';
  return signIn.sessionName ?? hostOf(signIn.startUrl);
}

export const signInVerb = (signIn: SignIn): string =>
  signIn.kind === 'mfa' ? `Give the code for ${signInName(signIn)}` : `Sign in to ${signInName(signIn)}`;

/** `Ops`, `111122223333` of `arn:aws:iam::111122223333:role/teams/Ops`. */
export function roleOf(arn: string): { readonly name: string; readonly accountId: string | undefined } {
  const [, accountId, path] = /^arn:[^:]*:iam::(\d{12}):role\/(.+)$/.exec(arn) ?? [];
  return { name: path?.split('/').at(-1) ?? arn, accountId };
}

/** `user/ann in 1111 2222 3333` of the ARN of a user, a role's session or the root of an account. */
function callerWords(arn: string): string {
  const [, accountId, who] = /^arn:[^:]*:(?:iam|sts)::(\d{12}):(.+)$/.exec(arn) ?? [];
  return who === undefined ? arn : identityWords(who.replace(/^assumed-role\//, ''), accountId);
}

/** `1111 2222 3333`, as people read it out. */
export const accountWords = (accountId: string): string => accountId.replaceAll(/(\d{4})(?=\d)/g, '$1 ');

/** `ann` of `arn:aws:iam::111122223333:mfa/ann`; the serial number of a device that has one. */
export const deviceName = (serial: string): string => /:(?:mfa|u2f)\/(.+)$/.exec(serial)?.[1] ?? serial;

/** Who the sessions would run as, each once: `Ops in 1111 2222 3333`. */
export function identitiesOf(signIn: SignIn): string[] {
  if (signIn.kind === 'mfa') {
    const { name, accountId } = roleOf(signIn.roleArn);
    return [identityWords(name, accountId)];
  }
  if (signIn.kind === 'console') return [callerWords(signIn.session)];
  const words = signIn.waiting.flatMap(({ roleName, accountId }) =>
    roleName === undefined && accountId === undefined ? [] : [identityWords(roleName, accountId)],
  );
  return [...new Set(words)];
}

function identityWords(roleName: string | undefined, accountId: string | undefined): string {
  if (accountId === undefined) return roleName ?? '';
  const account = accountWords(accountId);
  return roleName === undefined ? account : `${roleName} in ${account}`;
}

/** `9:41`. */
export function timeLeft(to: number, now: number): string {
  const seconds = Math.max(0, Math.round((to - now) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

export const isUnderWay = ({ progress }: SignIn): boolean =>
  progress.kind === 'starting' || progress.kind === 'verifying';

/** `end in 42 min`: of credentials. A live session outlives them. */
export const untilWords = (at: number, now: number): string =>
  at > now ? `end in ${duration(Math.ceil((at - now) / minuteMs) * minuteMs)}` : 'have ended';

/** `42 min left`: the same where there is little room. */
export const leftWords = (at: number, now: number): string =>
  at > now ? `${duration(Math.ceil((at - now) / minuteMs) * minuteMs)} left` : 'ended';

const minuteMs = 60_000;
