import type { EventPayload } from '../../shared/contract.ts';
import type { EventName } from '../../shared/contract-names.ts';
import type { Profile } from '../../shared/models.ts';
import type { AwsRoom } from '../aws-room.ts';
import { type Connect, connectWith } from '../connection.ts';
import type { LabAccess } from '../lab/lab-owner.ts';
import { networkOf, type NetworkSources } from '../network/network-of-profile.ts';
import { CredentialsRenewal } from './credentials-renewal.ts';
import { CredentialsStatuses } from './credentials-statuses.ts';
import { SignIns } from './sign-ins.ts';

/** How often it is looked whether somebody has signed in elsewhere, and whether credentials are about to end. */
const lookElsewhereEveryMs = 2_000;
const lookForEndsEveryMs = 30_000;

export interface IdentitiesOptions {
  loadAws(): Promise<AwsRoom>;
  openLab(): Promise<LabAccess>;
  environment: Record<string, string | undefined>;
  network: NetworkSources;
  profiles(): Profile[];
  isInUse(profileId: string): boolean;
  openBrowser(url: string): Promise<void>;
  tell<N extends EventName>(name: N, payload: EventPayload<N>): void;
  /** See {@link SignIns}. */
  onReady(profileIds: string[]): void;
  onSignedIn(): void;
}

/** Who sessions run as: connections with their credentials, what a person has to do for them, and how long they last. */
export class Identities {
  readonly signIns: SignIns;
  readonly statuses: CredentialsStatuses;
  readonly connect: Connect;
  readonly #options: IdentitiesOptions;
  readonly #timers: NodeJS.Timeout[];

  constructor(options: IdentitiesOptions) {
    const { loadAws, openLab, environment, network, isInUse, openBrowser, tell, onReady, onSignedIn } =
      options;
    this.#options = options;
    this.statuses = new CredentialsStatuses((statuses) => tell('credentialsChanged', statuses));
    this.signIns = new SignIns({
      begin: async (login, { profileId, ...rest }) => {
        const profile = options.profiles().find(({ id }) => id === profileId);
        const own = profile === undefined ? {} : await networkOf(profile, login.region, network);
        const aws = await loadAws();
        return 'consoleSession' in login
          ? aws.beginConsoleLogin(login, { signal: rest.signal, network: own })
          : aws.beginSsoLogin(login, { ...rest, network: own });
      },
      keptUntil: async (login) => {
        const aws = await loadAws();
        // Its keys last minutes and are made anew, so only that there are other ones says something.
        if ('consoleSession' in login) return aws.consoleKeysUntil(login.consoleSession);
        const token = await aws.readToken(login);
        return token !== undefined && token.expiresAt > Date.now() ? token.expiresAt : undefined;
      },
      openBrowser,
      now: Date.now,
      onChanged: (signIns) => tell('signInsChanged', signIns),
      onReady,
      onSignedIn,
    });
    this.connect = connectWith({
      loadAws,
      openLab,
      environment,
      network,
      signIns: this.signIns,
      statuses: this.statuses,
    });
    const renewal = new CredentialsRenewal({
      statuses: () => this.statuses.list(),
      isInUse,
      renew: (profileId) => this.#renew(profileId),
      now: Date.now,
    });
    this.#timers = [
      setInterval(() => void this.signIns.lookElsewhere(), lookElsewhereEveryMs),
      setInterval(() => void renewal.look(), lookForEndsEveryMs),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  /** Whether credentials of a profile can be had without asking anybody for a code or a password. */
  async needsNobody({ credentials }: Profile): Promise<boolean> {
    if (credentials.kind === 'lab') return true;
    const { loadAws, environment } = this.#options;
    return (await loadAws()).needsNobody(credentials, environment);
  }

  /** The profile is gone, or gets its credentials from elsewhere. */
  forget(profileId: string): void {
    this.signIns.forget(profileId);
    this.statuses.forget(profileId);
  }

  end(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.signIns.end();
  }

  async #renew(profileId: string): Promise<void> {
    const profile = this.#options.profiles().find(({ id }) => id === profileId);
    if (profile === undefined || !(await this.needsNobody(profile))) return;
    const { controlPlane, lookUpCredentials } = await this.connect(profile);
    try {
      await lookUpCredentials();
    } finally {
      controlPlane.close();
    }
  }
}
