import { AppError } from '../../shared/errors.ts';
import { ProxyRefusedError } from './proxy-refused-error.ts';
import { readSystemFailure } from './system-failure.ts';
import { certificateVerdict, proxyVerdict } from './verdicts.ts';

/**
 * Why a data channel cannot be opened, where trying again is of no use: the proxy or the certificate is in the way. Undefined
 * for everything that may pass.
 */
export function channelRefusal(error: unknown): AppError | undefined {
  const attempted = 'Connect to the session';
  if (error instanceof ProxyRefusedError && error.status !== undefined) {
    return new AppError({ ...proxyVerdict(error.proxy, error.status), attempted }, error);
  }
  const failure = readSystemFailure(error);
  if (failure?.kind !== 'certificate') return undefined;
  return new AppError({ ...certificateVerdict(failure.code), attempted }, error);
}
