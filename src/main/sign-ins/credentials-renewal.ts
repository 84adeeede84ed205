import type { CredentialsStatus } from '../../shared/sign-in.ts';

/** So long before their end credentials are looked up anew: there is time for a person to sign in, if one is needed. */
const aheadMs = 5 * 60_000;

export interface RenewalOptions {
  statuses(): readonly CredentialsStatus[];
  /** Whether sessions that are live will need credentials of this profile again. */
  isInUse(profileId: string): boolean;
  /** Looks credentials up anew without asking anybody; what comes of it is told elsewhere. */
  renew(profileId: string): Promise<void>;
  /** Epoch milliseconds. */
  now(): number;
}

/**
 * Keeps the credentials of live sessions good in silence, as far as that can be done in silence. A login that has run out shows
 * before a session needs it. Whoever owns it calls `look` from time to time.
 */
export class CredentialsRenewal {
  readonly #options: RenewalOptions;
  /** By profile, the end of the credentials that were tried to be renewed: once is enough. */
  readonly #tried = new Map<string, number>();

  constructor(options: RenewalOptions) {
    this.#options = options;
  }

  /** Never rejects. */
  async look(): Promise<void> {
    const { statuses, isInUse, renew, now } = this.#options;
    const due = statuses().filter(
      ({ profileId, expiresAt }) =>
        expiresAt !== undefined &&
        expiresAt - now() < aheadMs &&
        this.#tried.get(profileId) !== expiresAt &&
        isInUse(profileId),
    );
    await Promise.all(
      due.map(({ profileId, expiresAt = 0 }) => {
        this.#tried.set(profileId, expiresAt);
        return renew(profileId).catch(() => {});
      }),
    );
  }
}
