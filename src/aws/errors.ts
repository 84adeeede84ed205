import { AppError, type AppErrorData } from '../shared/errors.ts';
import { type CallContext, signInHint } from './call-context.ts';
import { readFailure, type Failure } from './failure.ts';
import { judgeNetwork } from './network/network-failures.ts';
import { judgeService } from './service-verdicts.ts';
import type { Verdict } from './verdict.ts';

/**
 * Any error of a call as an {@link AppError}: what was attempted, what happened and what to try. Holds no token and no key,
 * and of the service's own text only the parts that {@link readFailure} vouches for.
 */
export function toAppError(error: unknown, context: CallContext): AppError {
  if (error instanceof AppError) return error;
  const failure = readFailure(error, context.isOwn);
  const data: AppErrorData = {
    ...judge(failure, context),
    attempted: context.attempted,
    where: whereOf(failure, context),
  };
  const aws = awsPart(failure, context.operation);
  return new AppError(aws ? { ...data, aws } : data, error);
}

function whereOf(failure: Failure, context: CallContext): NonNullable<AppErrorData['where']> {
  const { displayName, region } = context;
  const told = failure.kind === 'service' ? failure.detail.accountId : undefined;
  const accountId = told ?? context.accountId;
  return {
    ...(displayName !== undefined && { profileName: displayName }),
    region,
    ...(accountId !== undefined && { accountId }),
  };
}

function awsPart(failure: Failure, operation: string): AppErrorData['aws'] {
  if (failure.kind !== 'service' && failure.attempts === undefined) return undefined;
  return {
    name: nameFor(failure),
    operation,
    ...(failure.requestId !== undefined && { requestId: failure.requestId }),
    ...(failure.httpStatus !== undefined && { httpStatus: failure.httpStatus }),
    ...(failure.attempts !== undefined && { attempts: failure.attempts }),
  };
}

/** The service's name for it; else the system's code; else our own word. */
function nameFor(failure: Failure): string {
  if (failure.kind === 'service') return failure.name;
  return 'code' in failure ? failure.code : failure.kind;
}

function judge(failure: Failure, context: CallContext): Verdict {
  switch (failure.kind) {
    case 'service':
      return judgeService(failure, context);
    case 'foreign-answer':
    case 'name-not-found':
    case 'refused':
    case 'timed-out':
    case 'connection-broken':
    case 'certificate':
    case 'not-tls':
    case 'proxy-refused':
      return judgeNetwork(failure, context);
    case 'identity':
      return failure.verdict;
    case 'endpoint-insecure':
      return {
        code: 'endpoint-insecure',
        retryable: false,
        message: 'The endpoint is not encrypted (http:) and is not on this machine, so nothing was sent.',
        hint: 'Use an https: endpoint. http: is accepted for 127.0.0.1, ::1 and localhost only.',
      };
    case 'endpoint-invalid':
      return {
        code: 'bad-request',
        retryable: false,
        message: 'The endpoint is not a URL.',
        hint: 'Write it with its scheme, for example https://ssm.eu-central-1.amazonaws.com.',
      };
    case 'credentials-missing':
      return {
        code: 'credentials-missing',
        retryable: false,
        message:
          context.profileName === undefined
            ? 'No AWS credentials were found.'
            : `No AWS credentials could be had from the profile ${context.profileName}.`,
        hint: signInHint(context),
      };
    case 'credentials-expired':
      return {
        code: 'credentials-expired',
        retryable: false,
        message: 'The sign-in has expired.',
        hint: signInHint(context),
      };
    case 'region':
      return {
        code: 'region-unknown',
        retryable: false,
        message: 'The Region is missing or is not one.',
        hint: 'Give a Region such as eu-central-1.',
      };
    case 'given-up':
      return {
        code: 'connection-lost',
        retryable: true,
        message: 'The call was given up because its connection was closed on this side.',
        hint: '',
      };
    case 'unknown':
      return {
        code: 'internal',
        retryable: true,
        message: 'The call failed for a reason that is not known here.',
        hint: 'Try again. If it happens again, report it with the steps that led here.',
      };
  }
}
