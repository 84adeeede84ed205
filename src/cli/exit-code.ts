import type { ErrorCode } from '../shared/errors.ts';
import type { ChannelEnd } from '../ssm/channel/channel-types.ts';
import type { SsmError, SsmErrorCode } from '../ssm/ssm-error.ts';
import { isAppError } from './notices.ts';

/** What the process ends with. A shell's own exit status is not carried by the protocol (trap 39). */
export const exitCode = {
  ended: 0,
  failed: 1,
  usage: 2,
  credentials: 3,
  target: 4,
  lost: 5,
} as const;

/** Numbers that POSIX fixes; Windows knows only some of them. */
const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGPIPE: 13, SIGTERM: 15 } as const;

export type EndingSignal = keyof typeof signalNumbers;

/** As shells report a program that a signal ended. */
export function exitCodeForSignal(signal: EndingSignal): number {
  return 128 + signalNumbers[signal];
}

const byErrorCode: Readonly<Record<ErrorCode, number>> = {
  'bad-request': exitCode.target,
  'not-found': exitCode.target,
  'target-not-connected': exitCode.target,
  'no-healthy-member': exitCode.target,
  'task-gone': exitCode.target,
  'exec-not-enabled': exitCode.target,
  'agent-too-old': exitCode.target,
  'approval-needed': exitCode.credentials,
  'approval-refused': exitCode.credentials,
  'reason-required': exitCode.usage,
  'document-not-found': exitCode.target,
  'document-not-session': exitCode.target,
  'document-denied': exitCode.credentials,
  'access-denied': exitCode.credentials,
  'credentials-missing': exitCode.credentials,
  'credentials-expired': exitCode.credentials,
  'sign-in-needed': exitCode.credentials,
  'settings-malformed': exitCode.usage,
  'clock-skew': exitCode.credentials,
  throttled: exitCode.failed,
  'quota-exceeded': exitCode.failed,
  'service-unavailable': exitCode.failed,
  'endpoint-unreachable': exitCode.failed,
  'endpoint-insecure': exitCode.usage,
  'proxy-refused': exitCode.failed,
  certificate: exitCode.failed,
  'region-unknown': exitCode.usage,
  'session-gone': exitCode.lost,
  'handshake-unsupported': exitCode.target,
  'handshake-failed': exitCode.failed,
  'kms-denied': exitCode.credentials,
  'kms-key-unusable': exitCode.target,
  'port-busy': exitCode.failed,
  'port-denied': exitCode.failed,
  'address-unavailable': exitCode.usage,
  'connection-lost': exitCode.lost,
  'lab-failed': exitCode.failed,
  'storage-failed': exitCode.failed,
  internal: exitCode.failed,
};

export function exitCodeForError(code: ErrorCode): number {
  return byErrorCode[code];
}

const bySsmErrorCode: Readonly<Record<SsmErrorCode, number>> = {
  'insecure-endpoint': exitCode.failed,
  'bad-stream-url': exitCode.failed,
  'connection-barred': exitCode.failed,
  'handshake-failed': exitCode.failed,
  'handshake-timeout': exitCode.failed,
  'session-type-unsupported': exitCode.target,
  'kms-unavailable': exitCode.credentials,
  'kms-denied': exitCode.credentials,
  'port-busy': exitCode.failed,
  'port-denied': exitCode.failed,
  'address-unavailable': exitCode.usage,
  protocol: exitCode.failed,
  unauthorised: exitCode.credentials,
};

/** How the agent opens the text of a session that it could not run (protocol notes, section 8.1). */
const agentErrorMark = /^\s*-{10}ERROR-{7}/;

export function exitCodeForEnd(end: ChannelEnd): number {
  switch (end.kind) {
    case 'closed':
      return end.isOutputIncomplete || agentErrorMark.test(end.message) ? exitCode.failed : exitCode.ended;
    case 'timed-out':
      return exitCode.lost;
    case 'ended-by-user':
      return exitCode.ended;
    case 'failed':
      return exitCodeForSsmError(end.error);
  }
}

/** The cause decides where it is one of ours: it knows more than the channel. */
export function exitCodeForSsmError(error: SsmError): number {
  return isAppError(error.cause) ? exitCodeForError(error.cause.data.code) : bySsmErrorCode[error.code];
}
