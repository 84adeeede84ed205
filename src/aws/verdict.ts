import type { AppErrorData } from '../shared/errors.ts';
import type { Failure } from './failure.ts';

/** What a failure means, in words. */
export type Verdict = Pick<AppErrorData, 'code' | 'retryable' | 'message' | 'hint'>;

export function throttled(failure: Failure): Verdict {
  return {
    code: 'throttled',
    retryable: true,
    message: `The service asked to slow down${attemptsText(failure)}.`,
    hint: 'Wait a little and try again. More attempts or the adaptive retry mode can be set.',
  };
}

export function serverFault(failure: Failure): Verdict {
  return {
    code: 'service-unavailable',
    retryable: true,
    message: `The service failed on its side${attemptsText(failure)}.`,
    hint: 'Try again in a moment. If it goes on, look at the AWS Health Dashboard.',
  };
}

export function attemptsText({ attempts }: Failure): string {
  return attempts === undefined || attempts < 2 ? '' : `, ${attempts} times in a row`;
}
