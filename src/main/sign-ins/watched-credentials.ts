import type { AwsCredentialsProvider } from '../../aws/credentials.ts';
import type { CredentialsSearch } from './sign-ins.ts';

export interface WatchOptions {
  search: CredentialsSearch;
  /** Any error of the search in words. */
  explain(error: unknown): unknown;
  /** Credentials are there. Both may be unknown. */
  onFound(facts: { expiresAt?: number; accountId?: string }): void;
}

/** The same credentials; whoever waits for them hears of each search. */
export function watchCredentials(
  provider: AwsCredentialsProvider,
  { search, explain, onFound }: WatchOptions,
): AwsCredentialsProvider {
  return async (caller) => {
    try {
      const found = await provider(caller);
      search.found();
      const { expiration, accountId } = found;
      onFound({
        ...(expiration === undefined ? {} : { expiresAt: expiration.getTime() }),
        ...(accountId === undefined ? {} : { accountId }),
      });
      return found;
    } catch (error) {
      search.failed(explain(error));
      throw error;
    }
  };
}
