import { SSMServiceException } from '@aws-sdk/client-ssm';
import { answerText } from './answer-members.ts';
import { InsecureEndpointError } from './endpoint-guard.ts';
import { IdentityFault } from './identity/identity-fault.ts';
import { ProxyRefusedError } from './network/proxy-refused-error.ts';
import { codeOf, readSystemFailure, type SystemFailure } from './network/system-failure.ts';

/**
 * What went wrong with a call, read from the SDK's error by its type, its name or its system code. No text of the service
 * is passed on as it stands: a signature error can quote the signed headers, a validation error what was typed.
 */
export type Failure = FailureFacts & FailureKind;
export type ServiceFailure = Extract<Failure, { kind: 'service' }>;

export interface FailureFacts {
  /** Every try of the call, the first one included. */
  attempts?: number;
  requestId?: string;
  httpStatus?: number;
  /** The service's clock less ours, milliseconds, by the date of its answer. */
  clockAheadMs?: number;
}

export type FailureKind =
  /** The service answered with an error of its own. `source` is `credentials` when a call on the way to credentials did. */
  | { kind: 'service'; name: string; source: 'service' | 'credentials'; detail: ServiceDetail }
  /** Something answered that is not an AWS JSON service: a proxy, a sign-in page, a wrong port. */
  | { kind: 'foreign-answer' }
  | SystemFailure
  /** On the way to credentials; the verdict is ready. */
  | { kind: 'identity'; verdict: IdentityFault['verdict'] }
  /** `status` is the proxy's answer to CONNECT; absent where it could not be reached. */
  | { kind: 'proxy-refused'; proxy: string; status?: number }
  | { kind: 'endpoint-insecure' }
  | { kind: 'endpoint-invalid' }
  | { kind: 'credentials-missing' }
  | { kind: 'credentials-expired' }
  | { kind: 'region' }
  /** The control plane was closed on this side. */
  | { kind: 'given-up' }
  | { kind: 'unknown' };

/** The parts of a service's text that are safe and useful to show. */
export interface ServiceDetail {
  /** Action that was not allowed, e.g. `ssm:StartSession`. */
  action?: string;
  /** ARN it was not allowed on. */
  resource?: string;
  /** A policy denies it explicitly, so that adding an allowance would not help. */
  isExplicitDeny?: boolean;
  /** Request member that failed validation, e.g. `target`. */
  member?: string;
  /** The signature was refused because of the time in it. */
  isTime?: boolean;
  /** The release of the agent on the node is what stands in the way. */
  isAgentVersion?: boolean;
  /** The sentence speaks of an approval or of an access request. */
  isApproval?: boolean;
  /** The sentence says that something is not enabled in the account. */
  isSwitchedOff?: boolean;
  /** Account of the caller. */
  accountId?: string;
}

/** @param isOwn whether an error is one of the service that was called, and not of one on the way to credentials */
export function readFailure(error: unknown, isOwn = isSsmError): Failure {
  const clockAheadMs = readClock(error);
  return {
    ...readMetadata(error),
    ...(clockAheadMs === undefined ? {} : { clockAheadMs }),
    ...readKind(error, isOwn),
  };
}

const isSsmError = (error: unknown): boolean => error instanceof SSMServiceException;

function readKind(error: unknown, isOwn: (error: unknown) => boolean): FailureKind {
  if (nameOf(error) === 'AbortError') return { kind: 'given-up' };
  if (error instanceof InsecureEndpointError) return { kind: 'endpoint-insecure' };
  if (error instanceof IdentityFault) return { kind: 'identity', verdict: error.verdict };
  if (error instanceof ProxyRefusedError) {
    const { proxy, status } = error;
    return { kind: 'proxy-refused', proxy, ...(status !== undefined && { status }) };
  }
  if (isServiceError(error)) {
    return {
      kind: 'service',
      name: nameOf(error) || 'UnknownError',
      source: isOwn(error) ? 'service' : 'credentials',
      detail: readDetail(messageOf(error)),
    };
  }
  const system = readSystemFailure(error);
  if (system) return system;
  const name = nameOf(error);
  if (isProviderError(error)) {
    return { kind: isExpiry(messageOf(error)) ? 'credentials-expired' : 'credentials-missing' };
  }
  if (name === 'TimeoutError') return { kind: 'timed-out', code: name };
  if (name === 'SyntaxError' && readMetadata(error).httpStatus !== undefined)
    return { kind: 'foreign-answer' };
  if (codeOf(error) === 'ERR_INVALID_URL') return { kind: 'endpoint-invalid' };
  if (/^Region (is missing|not accepted)/.test(messageOf(error))) return { kind: 'region' };
  return { kind: 'unknown' };
}

/** A provider of the SDK gave no credentials. Its message can quote what it has read. */
export function isProviderError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    ['CredentialsProviderError', 'TokenProviderError', 'ProviderError'].includes(nameOf(error))
  );
}

/**
 * Errors of all AWS clients, also those that a credentials provider calls, carry `$fault` and `$metadata`. Their name and
 * message are what stands in the answer, and may be of any type.
 */
function isServiceError(error: unknown): boolean {
  return error instanceof Error && '$fault' in error && '$metadata' in error;
}

/** Wordings of the SDK's SSO, `aws login` and token providers for a sign-in that was there once. */
function isExpiry(message: string): boolean {
  return /expired|re-authenticate|session token associated with profile|Failed to refresh token/i.test(
    message,
  );
}

/** The service's sentences are shorter; what stands behind is not looked at. */
const longestSentence = 4000;

function readDetail(text: string): ServiceDetail {
  const message = text.slice(0, longestSentence);
  const denied =
    /not authorized to perform: ([a-z0-9-]{1,40}:[A-Za-z]{1,80})(?: on resource: "?(arn:[\x21-\x7e]{1,400}?)"?(?=[\s,]|$))?/.exec(
      message,
    );
  const caller = /User: arn:[a-z-]{1,20}:(?:iam|sts)::(\d{12}):/.exec(message);
  const member = /at '([A-Za-z0-9.]{1,80})' failed to satisfy constraint/.exec(message);
  return {
    ...(denied?.[1] && { action: denied[1] }),
    ...(denied?.[2] && { resource: denied[2] }),
    ...(/explicit deny/i.test(message) && { isExplicitDeny: true }),
    ...(caller?.[1] && { accountId: caller[1] }),
    ...(member?.[1] && { member: member[1] }),
    ...(/\bagent\b[^.]*\bversion\b|\bversion\b[^.]*\bagent\b/i.test(message) && { isAgentVersion: true }),
    ...(/\bnot enabled in this account\b/i.test(message) && { isSwitchedOff: true }),
    ...(/\bjust-in-time\b|\baccess request\b|\bapprov(?:al|ed) (?:is|are|was|has)\b/i.test(message) && {
      isApproval: true,
    }),
    ...(/signature expired|not yet current|request has expired/i.test(message) && { isTime: true }),
  };
}

function readClock(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$response' in error)) return undefined;
  const { headers } = (error.$response ?? {}) as { headers?: Record<string, unknown> };
  const date = headers?.['date'];
  const at = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return Number.isNaN(at) ? undefined : at - Date.now();
}

function readMetadata(error: unknown): FailureFacts {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return {};
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null) return {};
  const { attempts, requestId, httpStatusCode } = metadata as Record<string, unknown>;
  return {
    ...(typeof attempts === 'number' && { attempts }),
    ...(typeof requestId === 'string' && { requestId }),
    ...(typeof httpStatusCode === 'number' && { httpStatus: httpStatusCode }),
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? (answerText(error.name) ?? '') : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (answerText(error.message) ?? '') : '';
}
