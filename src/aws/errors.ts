import { AppError, type AppErrorData } from '../shared/errors.ts';
import { judgeExec } from './containers/exec-errors.ts';
import { errorGroup, type ErrorGroup } from './error-names.ts';
import { readFailure, type Failure } from './failure.ts';
import { judgeKey, keyDenied } from './kms-errors.ts';
import { foreignAnswer, judgeNetwork } from './network/network-failures.ts';
import { serverFault, throttled, type Verdict } from './verdict.ts';

/** What was going on when a call failed: the words for people and the parts a sentence needs. */
export interface CallContext {
  /** e.g. `Start a session on i-0123`. */
  attempted: string;
  operation: string;
  region: string;
  documentName?: string;
  /** Shared profile that the credentials come from; only for the hint on signing in. */
  profileName?: string;
  /** What the user calls the profile. */
  displayName?: string;
  /** Of the credentials, where their source tells it. */
  accountId?: string;
  /** The call is signed with the keys of an approval. */
  isGranted?: boolean;
  /** An endpoint is set, instead of the Region's own. */
  hasOwnEndpoint?: boolean;
  /** Whether an error is one of the service that was called; Systems Manager's where absent. */
  isOwn?(error: unknown): boolean;
}

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

type ServiceFailure = Extract<Failure, { kind: 'service' }>;

function judgeService(failure: ServiceFailure, context: CallContext): Verdict {
  const group = errorGroup(failure.name);
  if (failure.source === 'credentials') return judgeCredentialsCall(failure, group, context);
  if (context.operation === 'GenerateDataKey') {
    const verdict = judgeKey(failure.name);
    if (verdict !== undefined) return verdict;
    if (group === 'denied') return keyDenied(failure.detail.resource, failure.detail.isExplicitDeny === true);
  }
  if (context.operation === 'ExecuteCommand') {
    const verdict = judgeExec(failure.name);
    if (verdict !== undefined) return verdict;
  }
  if (context.operation === 'StartAccessRequest') {
    const verdict = judgeAccessRequest(failure, group);
    if (verdict !== undefined) return verdict;
  }
  // The service has no error of its own for it; its sentence names the agent's version, under one name or another.
  const mayBeAgent = group === undefined || ['invalid', 'unsupported', 'targetNotConnected'].includes(group);
  if (failure.detail.isAgentVersion && mayBeAgent && context.operation === 'StartSession') return agentTooOld;
  switch (group) {
    case 'targetNotConnected':
      return {
        code: 'target-not-connected',
        retryable: true,
        message: 'The node is not connected to Systems Manager.',
        hint: `Check that it runs, that its SSM Agent is up and may reach the service, and that it is a node of ${context.region}.`,
      };
    case 'documentMissing':
      return {
        code: 'document-not-found',
        retryable: false,
        message:
          `The session document ${context.documentName ?? ''} does not exist or cannot be used here.`.replace(
            '  ',
            ' ',
          ),
        hint: `Check its name and that it is in ${context.region} or shared with this account.`,
      };
    case 'denied':
      return judgeDenial(failure, context);
    case 'expired':
      return {
        code: 'credentials-expired',
        retryable: false,
        message: 'The credentials have expired.',
        hint: signInHint(context),
      };
    case 'unknownKey':
      return {
        code: 'access-denied',
        retryable: false,
        message: 'The service does not know the access key, or the session token with it is not valid.',
        hint: `Check that the keys are current and belong to the account and partition of ${context.region}. ${signInHint(context)}`,
      };
    case 'unsigned':
      return {
        code: 'access-denied',
        retryable: false,
        message: 'The request did not carry a complete signature.',
        hint: 'Check that access key id and secret are both set and have no stray characters.',
      };
    case 'signature':
      return failure.detail.isTime
        ? clockSkew(failure)
        : {
            code: 'access-denied',
            retryable: false,
            message: 'The signature of the request was not accepted.',
            hint: 'Check the secret access key: it may belong to another access key id or be cut short. Check the Region too.',
          };
    case 'clock':
      return clockSkew(failure);
    case 'throttled':
      return throttled(failure);
    case 'quota':
      return {
        code: 'quota-exceeded',
        retryable: false,
        message: `A quota of the account for ${context.operation} in ${context.region} is used up.`,
        hint: 'End what is no longer needed, or ask for a higher quota in Service Quotas.',
      };
    case 'gone':
      return isSessionOperation(context.operation)
        ? {
            code: 'session-gone',
            retryable: false,
            message: 'The service no longer knows this session.',
            hint: 'Start a new one.',
          }
        : notFound(context);
    case 'missing':
      return notFound(context);
    case 'invalid':
      return {
        code: 'bad-request',
        retryable: false,
        message:
          failure.detail.member === undefined
            ? 'The service did not accept the values of the request.'
            : `The service did not accept the value of ${failure.detail.member}.`,
        hint: 'Check target, document, reason and parameters: names and allowed values are in the session document.',
      };
    case 'unsupported':
      return {
        code: 'bad-request',
        retryable: false,
        message: `The endpoint does not offer ${context.operation}.`,
        hint: 'Check the endpoint.',
      };
    case 'serverFault':
      return serverFault(failure);
    case undefined:
      return judgeByStatus(failure);
  }
}

/** Which error it is where just-in-time access is off is not documented; the sentence was reported by those who met it. */
function judgeAccessRequest({ detail }: ServiceFailure, group: ErrorGroup | undefined): Verdict | undefined {
  if (detail.isSwitchedOff) {
    return {
      code: 'bad-request',
      retryable: false,
      message: 'Just-in-time node access is not switched on in this account and Region.',
      hint: 'Ask for a policy that allows ssm:StartSession, or whoever looks after the account to switch it on.',
    };
  }
  if (group !== 'invalid' && group !== 'missing') return undefined;
  return {
    code: 'bad-request',
    retryable: false,
    message: 'The service did not accept the request for access.',
    hint: 'One approval policy has to apply to the node, and no more than one. It has to be a node of this account and Region.',
  };
}

function judgeDenial(failure: ServiceFailure, context: CallContext): Verdict {
  const { operation, isGranted = false } = context;
  if (operation === 'GetDocument') return documentDenied(failure, context);
  const verdict = denied(failure, 'The credentials do not allow this.');
  if (isGranted) return { ...verdict, ...notCovered };
  return operation === 'StartSession' && mayBeApproved(failure) ? { ...verdict, ...approvalNeeded } : verdict;
}

/**
 * Just-in-time access has no answer of its own (`calls/access-requests.ts`): an account that uses it lets nobody start a session on a
 * node by policy. Which nodes, an ARN tells; an explicit deny no approval takes away. Should the service ever speak of an
 * approval by itself, that is one too.
 */
function mayBeApproved({
  detail: { action, resource = '', isExplicitDeny, isApproval },
}: ServiceFailure): boolean {
  if (isApproval) return true;
  return (
    action === 'ssm:StartSession' && !isExplicitDeny && /:(instance|managed-instance)\/m?i-/.test(resource)
  );
}

const approvalNeeded = {
  code: 'approval-needed',
  hint: 'Where just-in-time node access is on, ask for access, and somebody approves it. Else ask for a policy that allows ssm:StartSession.',
} as const satisfies Partial<Verdict>;

const notCovered = {
  hint: 'Access was approved, but not for this. AWS lets approved access use the document SSM-SessionManagerRunShell alone.',
} as const satisfies Partial<Verdict>;

/** A call to STS or to IAM Identity Center, made on the way to credentials, was refused. */
function judgeCredentialsCall(
  failure: ServiceFailure,
  group: ErrorGroup | undefined,
  context: CallContext,
): Verdict {
  if (group === 'denied') {
    return denied(failure, 'The role of the profile could not be taken on.');
  }
  if (group === 'expired') {
    return {
      code: 'credentials-expired',
      retryable: false,
      message: 'The sign-in has expired.',
      hint: signInHint(context),
    };
  }
  if (group === 'throttled') return throttled(failure);
  if (group === 'clock' || (group === 'signature' && failure.detail.isTime)) return clockSkew(failure);
  if (group === 'serverFault' || (failure.httpStatus ?? 0) >= 500) return serverFault(failure);
  return {
    code: 'credentials-missing',
    retryable: false,
    message: `The credentials could not be had: the service that issues them answered ${failure.name}.`,
    hint: signInHint(context),
  };
}

function judgeByStatus(failure: ServiceFailure): Verdict {
  const status = failure.httpStatus ?? 0;
  if (status === 429) return throttled(failure);
  if (status >= 500) return serverFault(failure);
  if (status === 401 || status === 403) return denied(failure, 'The credentials do not allow this.');
  if (failure.name === 'UnknownError' || failure.name === 'Unknown') return foreignAnswer(failure);
  return {
    code: 'bad-request',
    retryable: false,
    message: `The service refused with ${failure.name}.`,
    hint: 'Look the name up in the AWS documentation of the operation.',
  };
}

function isSessionOperation(operation: string): boolean {
  return operation === 'ResumeSession' || operation === 'TerminateSession';
}

function notFound({ region }: CallContext): Verdict {
  return {
    code: 'not-found',
    retryable: false,
    message: 'The service does not know what was asked for.',
    hint: `Check the name and the Region (${region}).`,
  };
}

function denied(failure: ServiceFailure, otherwise: string): Verdict {
  const { action, resource, isExplicitDeny } = failure.detail;
  return {
    code: 'access-denied',
    retryable: false,
    message:
      action === undefined
        ? otherwise
        : `The credentials do not allow ${action}${resource === undefined ? '' : ` on ${resource}`}.`,
    hint: isExplicitDeny
      ? 'A policy denies it explicitly; whoever looks after the policies can change that.'
      : `Ask for a policy that allows ${action ?? 'it'}.`,
  };
}

/** Reading a document and starting a session with it are two permissions. */
function documentDenied(failure: ServiceFailure, { documentName }: CallContext): Verdict {
  const { message, hint } = denied(failure, 'The credentials do not allow ssm:GetDocument.');
  return {
    code: 'document-denied',
    retryable: false,
    message,
    hint: `${hint} A session can be started without it; what ${documentName ?? 'the document'} asks for is then not known beforehand.`,
  };
}

function clockSkew({ clockAheadMs }: Failure): Verdict {
  const minutes = Math.round(Math.abs(clockAheadMs ?? 0) / 60_000);
  // The service allows five; less than one is not what it was refused for.
  const told =
    minutes < 1
      ? "This machine's clock and the service's differ by more than the service allows (5 minutes)."
      : `This machine's clock is ${minutes} min ${(clockAheadMs ?? 0) > 0 ? 'behind' : 'ahead of'} the service's, which allows 5.`;
  return {
    code: 'clock-skew',
    retryable: true,
    message: told,
    hint: 'Set the clock, or switch on setting it from the network, and try again.',
  };
}

const agentTooOld: Verdict = {
  code: 'agent-too-old',
  retryable: false,
  message: 'The SSM Agent on the node is too old for this kind of session.',
  hint: 'Update the agent there, for example with the document AWS-UpdateSSMAgent, or choose another document.',
};

function signInHint({ profileName }: CallContext): string {
  return profileName === undefined
    ? 'Sign in again, or set new keys in the environment or the shared AWS files.'
    : `Sign in again, for example with: aws sso login --profile ${profileName}`;
}
