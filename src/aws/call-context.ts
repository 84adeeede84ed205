/** What was going on when a call failed: the words for people and the parts a sentence needs. */
export interface CallContext {
  /** e.g. `Start a session on i-0123`. */
  attempted: string;
  operation: string;
  region: string;
  documentName?: string;
  /** Shared profile that the credentials come from; only for the hint on signing in. */
  profileName?: string;
  /** What the user calls the profile. */
  displayName?: string;
  /** Of the credentials, where their source tells it. */
  accountId?: string;
  /** The call is signed with the keys of an approval. */
  isGranted?: boolean;
  /** An endpoint is set, instead of the Region's own. */
  hasOwnEndpoint?: boolean;
  /** Whether an error is one of the service that was called; Systems Manager's where absent. */
  isOwn?(error: unknown): boolean;
}

export function signInHint({ profileName }: CallContext): string {
  return profileName === undefined
    ? 'Sign in again, or set new keys in the environment or the shared AWS files.'
    : `Sign in again, for example with: aws sso login --profile ${profileName}`;
}
