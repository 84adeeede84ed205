import { AppError, type AppErrorData } from '../../shared/errors.ts';
import { SsmError } from '../../ssm/ssm-error.ts';
import { channelRefusal } from './channel-refusal.ts';
import { ProxyRefusedError } from './proxy-refused-error.ts';
import { readSystemFailure } from './system-failure.ts';
import { gatewayVerdict, proxyVerdict, wayVerdict } from './verdicts.ts';

/** As the WebSocket library says that something other than a WebSocket answered. */
const otherAnswer = /^Unexpected server response: (\d{3})$/;

/**
 * Why a try to come back to a session failed: the answer to ResumeSession, or what stood in the way of its data channel.
 * Undefined where nothing is known but that it failed. For a session that goes on trying, so it ends nothing.
 */
export function channelTrouble(cause: unknown): AppErrorData | undefined {
  if (cause instanceof AppError) return cause.data;
  const refusal = channelRefusal(cause);
  if (refusal !== undefined) return refusal.data;
  const attempted = 'Reconnect the session';
  if (cause instanceof ProxyRefusedError) return { ...proxyVerdict(cause.proxy, cause.status), attempted };
  if (cause instanceof SsmError) return { ...wayVerdict('timed-out', undefined), attempted };
  const failure = readSystemFailure(cause);
  if (failure !== undefined) return { ...wayVerdict(failure.kind, failure.peer), attempted };
  const status = cause instanceof Error ? otherAnswer.exec(cause.message)?.[1] : undefined;
  return status === undefined ? undefined : { ...gatewayVerdict(Number(status)), attempted };
}
