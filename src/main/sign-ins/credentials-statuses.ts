import type { CredentialsStatus } from '../../shared/sign-in.ts';

/** What is known of the credentials that were found for each profile in this run of the app: their end, never a key. */
export class CredentialsStatuses {
  readonly #onChanged: (statuses: CredentialsStatus[]) => void;
  readonly #byProfile = new Map<string, CredentialsStatus>();

  constructor(onChanged: (statuses: CredentialsStatus[]) => void) {
    this.#onChanged = onChanged;
  }

  list(): CredentialsStatus[] {
    return [...this.#byProfile.values()];
  }

  found(status: CredentialsStatus): void {
    const known = this.#byProfile.get(status.profileId);
    if (known?.expiresAt === status.expiresAt && known?.accountId === status.accountId && known !== undefined)
      return;
    this.#byProfile.set(status.profileId, status);
    this.#onChanged(this.list());
  }

  forget(profileId: string): void {
    if (this.#byProfile.delete(profileId)) this.#onChanged(this.list());
  }
}
