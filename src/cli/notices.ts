import type { AppError, AppErrorData } from '../shared/errors.ts';
import type { ChannelEnd } from '../ssm/channel/channel-types.ts';
import type { SsmError } from '../ssm/ssm-error.ts';

/** Lines for standard error, one thing to tell each: what was attempted, what happened, what to try. */
export type Notice = readonly string[];

export function noticeOfError(error: AppErrorData): Notice {
  const { aws } = error;
  const facts = [
    aws?.name,
    aws?.operation,
    aws?.httpStatus !== undefined && `HTTP ${aws.httpStatus}`,
    aws?.requestId !== undefined && `request ${aws.requestId}`,
    aws?.attempts !== undefined && `${aws.attempts} ${aws.attempts === 1 ? 'attempt' : 'attempts'}`,
  ].filter(Boolean);
  return [
    `${error.attempted}: ${error.message}`,
    ...(error.hint === '' ? [] : [error.hint]),
    ...(facts.length === 0 ? [] : [`(${facts.join(', ')})`]),
  ];
}

/** The cause is told where it is one of ours: it knows more than the channel. */
export function noticeOfSsmError(error: SsmError): Notice {
  return isAppError(error.cause) ? noticeOfError(error.cause.data) : [error.message];
}

/** By its name: the class brings the schema library along, which the drop-in plugin has no time to load. */
export function isAppError(error: unknown): error is AppError {
  return error instanceof Error && error.name === 'AppError';
}

/** Undefined where the terminal already shows all there is to know. */
export function noticeOfEnd(end: ChannelEnd): Notice | undefined {
  switch (end.kind) {
    case 'closed': {
      const said = printable(end.message);
      return [
        said === '' ? 'The session has ended.' : `The session has ended: ${said}`,
        ...(end.isOutputIncomplete ? ['Its last output did not arrive in full.'] : []),
      ];
    }
    case 'timed-out':
      return ['The connection was lost, and the service no longer knows the session.'];
    case 'ended-by-user':
      return undefined;
    case 'failed':
      return noticeOfSsmError(end.error);
  }
}

/** The service's and the agent's words are not trusted with the terminal: one line, no control characters, no flood. */
export function printable(text: string): string {
  return text
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
    .slice(0, 500);
}
