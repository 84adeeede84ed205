import {
  type ServiceInputTypes,
  type ServiceOutputTypes,
  SSMClient,
  type SSMClientResolvedConfig,
} from '@aws-sdk/client-ssm';
import type { AwsCredentialIdentity, Command } from '@aws-sdk/types';
import { clientConfig } from '../client-config.ts';
import type { ControlPlaneOptions } from '../control-plane-options.ts';
import { type AwsCredentials, forgetCredentials } from '../credentials.ts';
import type { CallContext } from '../call-context.ts';
import { toAppError } from '../errors.ts';
import { LazyClient } from '../lazy-client.ts';

type SsmCommand<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = Command<
  ServiceInputTypes,
  Input,
  ServiceOutputTypes,
  Output,
  SSMClientResolvedConfig
>;

/** What all calls to Systems Manager of one Region and one identity have in common. All rejections are `AppError`. */
export interface SsmCaller {
  readonly options: ControlPlaneOptions;
  /** Aborted by {@link close}: gives up what is under way. */
  readonly closing: AbortSignal;
  /** @param attempted in words for people, e.g. `Start a session on i-0123` */
  contextOf(attempted: string, operation: string, documentName?: string): CallContext;
  send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    context: CallContext,
    command: SsmCommand<Input, Output>,
  ): Promise<Output>;
  /** Anything else that is done with the client, its failures told like those of a call. */
  attempt<T>(context: CallContext, run: (client: SSMClient) => Promise<T>): Promise<T>;
  /** May be called twice. */
  close(): void;
}

export function createSsmCaller(options: ControlPlaneOptions): SsmCaller {
  const { region } = options;
  const closing = new AbortController();
  /** Those that the calls are signed with. */
  let keys: AwsCredentialIdentity | undefined;
  const credentials = remembering(options.credentials, (given) => {
    keys = given;
  });
  const client = new LazyClient(
    async () => new SSMClient(await clientConfig('ssm', { ...options, credentials })),
  );

  const attempt = async <T>(context: CallContext, run: (client: SSMClient) => Promise<T>): Promise<T> => {
    try {
      return await run(await client.get());
    } catch (error) {
      const accountId = keys?.accountId;
      const told = toAppError(error, { ...context, ...(accountId !== undefined && { accountId }) });
      // A session of a role that the service does not take any more must not be given out again.
      if (told.data.code === 'credentials-expired' && keys !== undefined) forgetCredentials(keys);
      throw told;
    }
  };

  return {
    options,
    closing: closing.signal,
    contextOf: (attempted, operation, documentName) => ({
      attempted,
      operation,
      region,
      ...(documentName !== undefined && { documentName }),
      ...(options.profileName !== undefined && { profileName: options.profileName }),
      ...(options.displayName !== undefined && { displayName: options.displayName }),
      hasOwnEndpoint: (options.endpoint ?? options.network?.endpoints?.ssm) !== undefined,
    }),
    send: (context, command) => attempt(context, (ssm) => ssm.send(command, { abortSignal: closing.signal })),
    attempt,
    close() {
      closing.abort();
      client.destroy();
    },
  };
}

function remembering(
  credentials: AwsCredentials,
  onGiven: (keys: AwsCredentialIdentity) => void,
): AwsCredentials {
  if (typeof credentials !== 'function') return credentials;
  return async (caller) => {
    const keys = await credentials(caller);
    onGiven(keys);
    return keys;
  };
}
