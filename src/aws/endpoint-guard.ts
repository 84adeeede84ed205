import type { EC2Client } from '@aws-sdk/client-ec2';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { isLoopbackHost } from './loopback.ts';

/** The endpoint is plain text on another machine. Nothing was sent. */
export class InsecureEndpointError extends Error {
  override readonly name = 'InsecureEndpointError';
}

/**
 * Refuses a plain-text endpoint on another machine: StartSession's answer holds the session's token and GenerateDataKey's the
 * session's key, and whoever reads those can take the session over. Plain text to this machine itself is how the lab is reached.
 */
export function assertEndpointSecure(url: { protocol: string; hostname: string }): void {
  if (url.protocol === 'https:') return;
  if (url.protocol === 'http:' && isLoopbackHost(url.hostname)) return;
  throw new InsecureEndpointError('the endpoint is neither https: nor on this machine');
}

/**
 * Puts the check in front of every call of a client. It looks at the request as it would leave, because an endpoint can
 * also come from AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_SSM or `endpoint_url` in the config file, which only the SDK reads.
 * The `build` step comes before the request is signed and before the first attempt.
 */
export function guardEndpoint(client: SSMClient | KMSClient | EC2Client): void {
  // The clients' stacks differ in the types of what passes through, which is not looked at here.
  const stack = client.middlewareStack as unknown as SSMClient['middlewareStack'];
  stack.add(
    (next) => async (args) => {
      assertEndpointSecure(requestUrl(args.request));
      return next(args);
    },
    { step: 'build', name: 'refuseInsecureEndpoint', priority: 'high' },
  );
}

/** An unknown shape of request is treated as insecure. */
function requestUrl(request: unknown): { protocol: string; hostname: string } {
  if (typeof request !== 'object' || request === null) return { protocol: '', hostname: '' };
  const { protocol, hostname } = request as { protocol?: unknown; hostname?: unknown };
  return { protocol: String(protocol), hostname: String(hostname) };
}
