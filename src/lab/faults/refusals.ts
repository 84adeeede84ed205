import { ApiError } from '../api/api-error.ts';
import { callerArn } from '../session-record.ts';

/** An error that an operation is to answer instead of its work: `count` times, or until it is told otherwise. */
export interface Refusal {
  /** e.g. `DescribeInstanceInformation`. */
  operation: string;
  /** The service's name for the error, e.g. `ThrottlingException`. */
  code: string;
  /** The service's own words and HTTP status for it where absent. */
  message?: string;
  status?: number;
  count?: number;
}

/** The refusals that were asked for, by operation. */
export class Refusals {
  readonly #byOperation = new Map<string, Refusal>();

  add(refusal: Refusal): void {
    this.#byOperation.set(refusal.operation, refusal);
  }

  clear(): void {
    this.#byOperation.clear();
  }

  /** The error of the next call, if it is to fail. */
  take(operation: string): ApiError | undefined {
    const refusal = this.#byOperation.get(operation);
    if (refusal === undefined) return undefined;
    const left = (refusal.count ?? Number.POSITIVE_INFINITY) - 1;
    if (left > 0) this.#byOperation.set(operation, { ...refusal, count: left });
    else this.#byOperation.delete(operation);
    const { code, message, httpStatus } = refusalError(refusal.code, `${serviceOf(operation)}:${operation}`);
    return new ApiError(code, refusal.message ?? message, refusal.status ?? httpStatus);
  }
}

/** @param action as policies name it, e.g. `ssm:ResumeSession` */
export function refusalError(code: string, action: string): ApiError {
  return new ApiError(code, refusalText(code, action), refusalStatus(code));
}

const serviceOf = (operation: string): string => (operation === 'DescribeInstances' ? 'ec2' : 'ssm');

/** Names that the real service answers with another status than 400. */
function refusalStatus(code: string): number {
  switch (code) {
    case 'InternalServerError':
      return 500;
    case 'ServiceUnavailable':
    case 'ServiceUnavailableException':
    case 'RequestLimitExceeded':
      return 503;
    case 'UnauthorizedOperation':
      return 403;
    default:
      return 400;
  }
}

function refusalText(code: string, action: string): string {
  switch (code) {
    case 'ExpiredTokenException':
      return 'The security token included in the request is expired';
    case 'AccessDeniedException':
      return `User: ${callerArn} is not authorized to perform: ${action}`;
    case 'UnauthorizedOperation':
      return `You are not authorized to perform this operation. User: ${callerArn} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action.`;
    case 'ThrottlingException':
      return 'Rate exceeded';
    case 'RequestLimitExceeded':
      return 'Request limit exceeded.';
    default:
      return 'The request was refused by an injected fault.';
  }
}
