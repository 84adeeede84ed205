import type { SSMClient } from '@aws-sdk/client-ssm';
import { isLoopbackHost } from './loopback.ts';

/** The endpoint is plain text on another machine. Nothing was sent. */
export class InsecureEndpointError extends Error {
  override readonly name = 'InsecureEndpointError';
}

/**
 * Refuses a plain-text endpoint on another machine: StartSession's answer holds the session's token, GenerateDataKey's the
 * session's key and those of STS and IAM Identity Center keys of a role: whoever reads those can take over. Plain text to this machine itself is how the lab is reached.
 */
export function assertEndpointSecure(url: { protocol: string; hostname: string }): void {
  if (url.protocol === 'https:') return;
  if (url.protocol === 'http:' && isLoopbackHost(url.hostname)) return;
  throw new InsecureEndpointError('the endpoint is neither https: nor on this machine');
}

/** As much of a client's middleware as the check needs; the clients' stacks differ in what passes through them. */
interface Stack {
  add: SSMClient['middlewareStack']['add'];
}

/**
 * Puts the check in front of every call of a client. It looks at the request as it would leave, because an endpoint can
 * also come from the environment or the config file, which only the SDK reads. The `build` step comes before the request is
 * signed and before the first attempt.
 */
export function guardEndpoint(client: { middlewareStack: object }): void {
  addGuard(client.middlewareStack as Stack);
}

/** The same as a plugin, for clients that the SDK's credential providers make themselves. */
export const guardPlugin = {
  applyToStack(stack: object): void {
    addGuard(stack as Stack);
  },
};

function addGuard(stack: Stack): void {
  stack.add(
    (next) => async (args) => {
      assertEndpointSecure(requestUrl(args.request));
      return next(args);
    },
    { step: 'build', name: 'refuseInsecureEndpoint', priority: 'high', override: true },
  );
}

/** An unknown shape of request is treated as insecure. */
function requestUrl(request: unknown): { protocol: string; hostname: string } {
  if (typeof request !== 'object' || request === null) return { protocol: '', hostname: '' };
  const { protocol, hostname } = request as { protocol?: unknown; hostname?: unknown };
  return { protocol: String(protocol), hostname: String(hostname) };
}
