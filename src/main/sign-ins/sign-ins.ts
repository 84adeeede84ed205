import { AppError, toAppErrorData } from '../../shared/errors.ts';
import type { ConsoleLogin, SignInDoor, SsoLogin } from '../../aws/sign-in/sign-in-door.ts';
import type { Profile } from '../../shared/models.ts';
import type { SignIn, SignInFlow, SignInProgress, SignInWaiter } from '../../shared/sign-in.ts';
import { logProblem } from '../log.ts';
import { codeNeeded, codeRefused, isSignInNeeded, signInGone } from './sign-in-errors.ts';
import {
  failedWith,
  isUnderWay,
  profilesThatWait,
  type SignInList,
  type SignInNeed,
  withoutSignIn,
  withoutWaiter,
  withProgress,
  withWaiter,
} from './sign-in-list.ts';

/** What a browser is needed for. */
export type Login = SsoLogin | ConsoleLogin;

/** A login that has begun: what the person needs, and when it is done. */
export interface BegunLogin {
  url: string;
  userCode?: string;
  /** Epoch milliseconds. */
  expiresAt: number;
  done: Promise<void>;
}

export interface SignInsOptions {
  /** Begins a login, with the network settings of the profile that asked for it first. */
  begin(
    login: Login,
    options: { flow: SignInFlow; signal: AbortSignal; profileId: string | undefined },
  ): Promise<BegunLogin>;
  openBrowser(url: string): Promise<void>;
  /** When the login that is kept for it runs out, epoch milliseconds; undefined where there is none that is still good. */
  keptUntil(login: Login): Promise<number | undefined>;
  /** Epoch milliseconds. */
  now(): number;
  onChanged(signIns: SignIn[]): void;
  /** What these profiles waited for is there, or has to be tried: their credentials can be asked for again. */
  onReady(profileIds: string[]): void;
  /** A login that a person made in the browser is done: what they left for it is here. */
  onSignedIn(): void;
}

/** One way to credentials: how it turned out decides what becomes of the sign-ins that it asked for. */
export interface CredentialsSearch extends SignInDoor {
  found(): void;
  failed(error: unknown): void;
}

/** A code is good for 30 s, and the service takes the one before as well. */
const codeIsFreshForMs = 60_000;

interface GivenCode {
  code: string;
  givenAt: number;
  /** A search has it, and the service is being asked. */
  isTaken: boolean;
}

/**
 * Owns every sign-in that is needed or under way: one for an sso-session or the session of a role, whoever waits for it.
 *
 * Nobody is asked by looking for credentials: what is missing is marked as needed, and the search fails with
 * `sign-in-needed`. A person begins. When it is done, all who waited are told to look again; a code that was given is handed
 * to the first search that asks for it.
 */
export class SignIns {
  readonly #options: SignInsOptions;
  readonly #logins = new Map<string, Login>();
  readonly #underWay = new Map<string, AbortController>();
  readonly #codes = new Map<string, GivenCode>();
  /** Logins that were kept when they were last looked at; they did not do then. */
  readonly #kept = new Map<string, number | undefined>();
  #list: SignInList = [];

  constructor(options: SignInsOptions) {
    this.#options = options;
  }

  list(): SignIn[] {
    return [...this.#list];
  }

  isWaiting(profileId: string): boolean {
    return this.#list.some((signIn) => profilesThatWait(signIn).includes(profileId));
  }

  /** For one lookup of the credentials of a profile. */
  searchFor({ id: profileId, name: profileName }: Pick<Profile, 'id' | 'name'>): CredentialsSearch {
    const waiter = { profileId, profileName };
    /** The code that this search was given. */
    let takenFor: string | undefined;
    return {
      ssoNeeded: (login, as) => {
        const { id, sessionName, startUrl, region } = login;
        const need = { kind: 'sso', id, startUrl, region } as const;
        const named = sessionName === undefined ? need : { ...need, sessionName };
        this.#loginNeeded(login, named, { ...waiter, ...as });
      },
      consoleNeeded: (login) => {
        const { id, consoleSession: session, profileName: awsProfile } = login;
        const named = awsProfile === undefined ? {} : { awsProfile };
        this.#loginNeeded(login, { kind: 'console', id, session, ...named }, waiter);
      },
      mfaCode: async ({ id, serial, roleArn, wasRefused = false }) => {
        this.#set(withWaiter(this.#list, { kind: 'mfa', id, serial, roleArn }, waiter));
        const given = this.#codes.get(id);
        if (wasRefused) this.#refused(id);
        if (given === undefined || given.isTaken) throw codeNeeded(profileName);
        if (this.#options.now() - given.givenAt > codeIsFreshForMs) {
          this.#codes.delete(id);
          this.#progress(id, { kind: 'needed' });
          throw codeNeeded(profileName);
        }
        given.isTaken = true;
        takenFor = id;
        return given.code;
      },
      found: () => {
        takenFor = undefined;
        this.#found(profileId);
      },
      failed: (error) => {
        if (takenFor === undefined) this.#codeWasNotTried(profileId, error);
        else this.#refused(takenFor, error);
        takenFor = undefined;
      },
    };
  }

  /** The person asked for it. What goes wrong is the progress of the sign-in. @throws {AppError} `not-found` */
  start(id: string, flow: SignInFlow): void {
    const attempted = 'Sign in';
    const signIn = this.#get(id, attempted);
    const login = this.#logins.get(id);
    if (signIn.kind === 'mfa' || login === undefined) throw signInGone(attempted);
    // Twice the same button, or two tabs: one login serves all.
    if (isUnderWay(signIn.progress)) return;
    const abort = new AbortController();
    this.#underWay.set(id, abort);
    this.#progress(id, { kind: 'starting' });
    void this.#login(login, flow, abort.signal, signIn.waiting[0]?.profileId).finally(() => {
      if (this.#underWay.get(id) === abort) this.#underWay.delete(id);
    });
  }

  cancel(id: string): void {
    const { progress } = this.#get(id, 'Cancel the sign-in');
    this.#underWay.get(id)?.abort();
    this.#underWay.delete(id);
    this.#codes.delete(id);
    if (isUnderWay(progress) || progress.kind === 'failed') this.#progress(id, { kind: 'needed' });
    // One that was only kept because it was under way.
    this.#set(this.#list.filter((signIn) => signIn.waiting.length > 0));
  }

  /** Whoever waits tries it. @throws {AppError} `not-found` */
  answer(id: string, code: string): void {
    const attempted = 'Give a code';
    const signIn = this.#get(id, attempted);
    if (signIn.kind !== 'mfa') throw signInGone(attempted);
    this.#codes.set(id, { code, givenAt: this.#options.now(), isTaken: false });
    this.#progress(id, { kind: 'starting' });
    this.#options.onReady(profilesThatWait(signIn));
  }

  /**
   * A login may have been made elsewhere, by the AWS CLI for example: then all who wait for it look again. One that was there
   * when it was needed does not do, whatever it says of itself. Never rejects.
   */
  async lookElsewhere(): Promise<void> {
    for (const signIn of this.#list) {
      const { id } = signIn;
      const login = this.#logins.get(id);
      if (login === undefined || isUnderWay(signIn.progress)) continue;
      const until = await this.#options.keptUntil(login).catch(() => undefined);
      const isNew = this.#kept.has(id) && until !== undefined && until !== this.#kept.get(id);
      this.#kept.set(id, until);
      if (isNew) this.#options.onReady(profilesThatWait(signIn));
    }
  }

  /** The profile is gone, or gets its credentials from elsewhere. */
  forget(profileId: string): void {
    this.#set(withoutWaiter(this.#list, profileId));
  }

  /** Gives up all that is under way. */
  end(): void {
    for (const abort of this.#underWay.values()) abort.abort();
    this.#underWay.clear();
    this.#codes.clear();
  }

  async #login(
    login: Login,
    flow: SignInFlow,
    signal: AbortSignal,
    profileId: string | undefined,
  ): Promise<void> {
    const { id } = login;
    try {
      const { url, userCode, expiresAt, done } = await this.#options.begin(login, {
        flow,
        signal,
        profileId,
      });
      // Also where it was given up meanwhile: a rejection that nobody waits for would end the process.
      done.catch(() => {});
      if (signal.aborted) return;
      const code = userCode === undefined ? {} : { userCode };
      this.#progress(id, { kind: 'verifying', url, ...code, expiresAt });
      if (flow === 'pkce') await this.#open(url);
      await done;
      if (!signal.aborted) this.#done(id);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof AppError)) logProblem('A sign-in failed', error);
      this.#progress(id, failedWith(toAppErrorData(error, 'Sign in')));
    }
  }

  /** The address is on screen as well, to be opened by hand. */
  async #open(url: string): Promise<void> {
    await this.#options
      .openBrowser(url)
      .catch((error: unknown) => logProblem('The browser cannot be opened', error));
  }

  #done(id: string): void {
    const signIn = this.#list.find((one) => one.id === id);
    this.#kept.delete(id);
    this.#set(withoutSignIn(this.#list, id));
    if (signIn !== undefined) this.#options.onReady(profilesThatWait(signIn));
    this.#options.onSignedIn();
  }

  /**
   * The credentials of a profile are there: it waits for nothing. A code that was right serves all who waited for it, and so does a
   * login that was made elsewhere, by the AWS CLI for example.
   */
  #found(profileId: string): void {
    const done = this.#list.filter(
      (signIn) => !this.#underWay.has(signIn.id) && profilesThatWait(signIn).includes(profileId),
    );
    let list = this.#list;
    for (const { id } of done) {
      this.#codes.delete(id);
      this.#kept.delete(id);
      list = withoutSignIn(list, id);
    }
    this.#set(withoutWaiter(list, profileId));
    const others = new Set(done.flatMap(profilesThatWait));
    others.delete(profileId);
    if (others.size > 0) this.#options.onReady([...others]);
  }

  /** Only the service's own refusal is about the code; the network's is told as what it is. */
  #refused(id: string, error?: unknown): void {
    this.#codes.delete(id);
    const told = error instanceof AppError && !isSignInNeeded(error) ? error.data : codeRefused;
    this.#progress(id, failedWith(told));
  }

  /** The way to the role's session ended before the code was of use. */
  #codeWasNotTried(profileId: string, error: unknown): void {
    for (const signIn of this.#list) {
      const isUntried = this.#codes.get(signIn.id)?.isTaken === false;
      if (!isUntried || !profilesThatWait(signIn).includes(profileId)) continue;
      this.#codes.delete(signIn.id);
      const data = toAppErrorData(error, 'Check the code of the MFA device');
      // A login comes before the code, and is asked for on its own.
      this.#progress(signIn.id, isSignInNeeded(error) ? { kind: 'needed' } : failedWith(data));
    }
  }

  #loginNeeded(login: Login, need: SignInNeed, waiter: SignInWaiter): void {
    this.#logins.set(login.id, login);
    this.#set(withWaiter(this.#list, need, waiter));
    if (!this.#kept.has(login.id)) void this.lookElsewhere();
  }

  #get(id: string, attempted: string): SignIn {
    const signIn = this.#list.find((one) => one.id === id);
    if (signIn === undefined) throw signInGone(attempted);
    return signIn;
  }

  #progress(id: string, progress: SignInProgress): void {
    this.#set(withProgress(this.#list, id, progress));
  }

  #set(list: SignInList): void {
    if (list === this.#list) return;
    this.#list = list;
    this.#options.onChanged(this.list());
  }
}
