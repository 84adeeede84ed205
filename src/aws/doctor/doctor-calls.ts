import { GetConnectionStatusCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AppError } from '../../shared/errors.ts';
import { answerText } from '../answer-members.ts';
import { clientConfig, endingWith, networkOf } from '../client-config.ts';
import type { ControlPlaneOptions } from '../control-plane-options.ts';
import type { CallContext } from '../call-context.ts';
import { toAppError } from '../errors.ts';
import { LazyClient } from '../lazy-client.ts';
import { lookAround } from '../network/client-settings.ts';
import { probe, type ProbeAnswer } from './probe.ts';

/** What is asked only to find out why a session cannot be started. All rejections are {@link AppError}. */
export interface DoctorCalls {
  /** Whose credentials these are (sts:GetCallerIdentity, which needs no permission). */
  callerIdentity(): Promise<{ arn: string; accountId: string }>;
  /** Whether the agent holds its own connection to Session Manager (ssm:GetConnectionStatus). */
  connectionStatus(target: string): Promise<'connected' | 'not-connected'>;
  /** Whether kms:GenerateDataKey is allowed, without making a key (`DryRun`). */
  tryKey(keyId: string, target: string): Promise<void>;
  /** The endpoint of Systems Manager, or that of the message gateway, by a WebSocket. Nothing secret is sent. */
  probe(what: 'endpoint' | 'gateway'): Promise<ProbeAnswer>;
  /** Gives up what is under way. May be called twice. */
  close(): void;
}

const probeTimeoutMs = 10_000;

export function createDoctorCalls(given: ControlPlaneOptions): DoctorCalls {
  const { region, profileName, displayName } = given;
  const closing = new AbortController();
  const { signal } = closing;
  const options = { ...given, credentials: endingWith(signal, given.credentials) };
  const ssm = new LazyClient(async () => new SSMClient(await clientConfig('ssm', options)));
  const sts = new LazyClient(async () => {
    const { STSClient } = await import('@aws-sdk/client-sts');
    return new STSClient(await clientConfig('sts', options));
  });
  const kms = new LazyClient(async () => {
    const { KMSClient } = await import('@aws-sdk/client-kms');
    return new KMSClient(await clientConfig('kms', options));
  });
  const contextOf = (attempted: string, operation: string, rest: Partial<CallContext> = {}): CallContext => ({
    attempted,
    operation,
    region,
    ...(profileName !== undefined && { profileName }),
    ...(displayName !== undefined && { displayName }),
    hasOwnEndpoint: networkOf(options).endpoints?.ssm !== undefined,
    ...rest,
  });

  /** The Region's own where none is set: what the client would ask. */
  const endpointUrl = async (): Promise<URL> => {
    const { endpoints } = networkOf(options);
    if (endpoints?.ssm !== undefined) return new URL(endpoints.ssm);
    const client = await ssm.get();
    const {
      endpoint,
      endpointProvider,
      useFipsEndpoint: isFips,
      useDualstackEndpoint: isDual,
    } = client.config;
    if (endpoint !== undefined) {
      const { protocol, hostname, port } = await endpoint();
      return new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`);
    }
    return endpointProvider({
      Region: region,
      UseFIPS: await isFips(),
      UseDualStack: await isDual(),
    }).url;
  };

  const gatewayUrl = async (): Promise<URL> => {
    const own = networkOf(options).endpoints?.ssmmessages;
    const url = own === undefined ? await endpointUrl() : new URL(own);
    // The gateway is named after the service, in all partitions and for FIPS alike.
    if (own === undefined) url.hostname = url.hostname.replace(/^ssm(?=[.-])/, 'ssmmessages');
    return new URL('/v1/data-channel/nodewharf-probe?role=publish_subscribe', url);
  };

  return {
    async callerIdentity() {
      const attempted = 'Find out whose credentials these are';
      try {
        const [{ GetCallerIdentityCommand }, client] = await Promise.all([
          import('@aws-sdk/client-sts'),
          sts.get(),
        ]);
        const answer = await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
        const arn = answerText(answer.Arn);
        const accountId = answerText(answer.Account);
        if (arn !== undefined && accountId !== undefined) return { arn, accountId };
      } catch (error) {
        const { STSServiceException } = await import('@aws-sdk/client-sts');
        throw toAppError(
          error,
          contextOf(attempted, 'GetCallerIdentity', {
            isOwn: (thrown) => thrown instanceof STSServiceException,
          }),
        );
      }
      throw foreignAnswer(attempted, 'GetCallerIdentity');
    },

    async connectionStatus(target) {
      const attempted = `Ask whether ${target} is connected`;
      try {
        const client = await ssm.get();
        const { Status: status } = await client.send(new GetConnectionStatusCommand({ Target: target }), {
          abortSignal: signal,
        });
        return status === 'connected' ? 'connected' : 'not-connected';
      } catch (error) {
        throw toAppError(error, contextOf(attempted, 'GetConnectionStatus'));
      }
    },

    async tryKey(keyId, target) {
      const attempted = 'Try the key of the session document';
      const { DryRunOperationException, GenerateDataKeyCommand, KMSServiceException } = await import(
        '@aws-sdk/client-kms'
      );
      try {
        const client = await kms.get();
        await client.send(
          new GenerateDataKeyCommand({
            KeyId: keyId,
            NumberOfBytes: 64,
            // As in a session, since policies may ask for it (protocol notes, section 5.5).
            EncryptionContext: { 'aws:ssm:SessionId': 'nodewharf-dry-run', 'aws:ssm:TargetId': target },
            DryRun: true,
          }),
          { abortSignal: signal },
        );
      } catch (error) {
        if (error instanceof DryRunOperationException) return;
        throw toAppError(
          error,
          contextOf(attempted, 'GenerateDataKey', {
            isOwn: (thrown) => thrown instanceof KMSServiceException,
          }),
        );
      }
    },

    async probe(what) {
      try {
        const url = await (what === 'endpoint' ? endpointUrl() : gatewayUrl());
        const { network } = await lookAround(networkOf(options), profileName);
        return await probe({
          url,
          webSocket: what === 'gateway',
          network,
          timeoutMs: network.timeouts?.answerMs ?? probeTimeoutMs,
          signal,
        });
      } catch (error) {
        const attempted = what === 'endpoint' ? 'Reach the endpoint' : 'Reach the message gateway';
        throw toAppError(error, contextOf(attempted, 'GET'));
      }
    },

    close() {
      closing.abort();
      ssm.destroy();
      sts.destroy();
      kms.destroy();
    },
  };
}

function foreignAnswer(attempted: string, operation: string): AppError {
  return new AppError({
    code: 'endpoint-unreachable',
    attempted,
    message: `What answered ${operation} is not the service.`,
    hint: 'Check the endpoint, and whether a proxy or a network sign-in page lies between.',
    retryable: true,
  });
}
