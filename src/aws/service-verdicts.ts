import { type CallContext, signInHint } from './call-context.ts';
import { judgeExec } from './containers/exec-errors.ts';
import { denied, judgeDenial } from './denials.ts';
import { errorGroup, type ErrorGroup } from './error-names.ts';
import type { Failure, ServiceFailure } from './failure.ts';
import { judgeKey, keyDenied } from './kms-errors.ts';
import { foreignAnswer } from './network/network-failures.ts';
import { serverFault, throttled, type Verdict } from './verdict.ts';

/** What an answer of a service means that is an error of its own: by the group of its name, then by its status. */
export function judgeService(failure: ServiceFailure, context: CallContext): Verdict {
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
