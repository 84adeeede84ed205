import type { AppErrorData, ErrorCode } from '../../shared/errors.ts';
import { withoutSecrets } from './secrets.ts';

/** The sentence for people, chosen here from the code; the fields beside it say the rest. */
const titles: Record<ErrorCode, string> = {
  'bad-request': 'The request was refused',
  'not-found': 'It is not there any more',
  'target-not-connected': 'The node is not connected',
  'no-healthy-member': 'Nobody to connect to',
  'task-gone': 'The task has ended',
  'exec-not-enabled': 'Execute command is off',
  'agent-too-old': 'The agent on the node is too old',
  'approval-needed': 'No access to this node yet',
  'approval-refused': 'The session was not approved',
  'reason-required': 'A reason is required',
  'document-not-found': 'The session document does not exist',
  'document-not-session': 'This document does not start sessions',
  'document-denied': 'The session document may not be read',
  'access-denied': 'Access denied',
  'credentials-missing': 'No credentials found',
  'credentials-expired': 'The credentials have expired',
  'sign-in-needed': 'Sign in first',
  'settings-malformed': 'The AWS settings cannot be read',
  'clock-skew': 'The clock of this computer is off',
  throttled: 'The service asks to slow down',
  'quota-exceeded': 'A quota of the account is used up',
  'service-unavailable': 'The service is not available',
  'endpoint-unreachable': 'The endpoint cannot be reached',
  'endpoint-insecure': 'The endpoint is not encrypted',
  'proxy-refused': 'The proxy refused the connection',
  certificate: 'The certificate cannot be trusted',
  'region-unknown': 'No Region is set',
  'session-gone': 'The session is gone',
  'handshake-unsupported': 'The node asked for something this version cannot do',
  'handshake-failed': 'The node and this computer could not agree on a session',
  'kms-denied': 'The session key is not allowed',
  'kms-key-unusable': 'The session key cannot be used',
  'port-busy': 'The local port is taken',
  'port-denied': 'The local port is not allowed',
  'address-unavailable': 'The local address is not one of this computer',
  'connection-lost': 'The connection was lost',
  'lab-failed': 'The local lab did not start',
  'storage-failed': 'A file could not be read or saved',
  internal: 'Something went wrong',
};

export const errorTitle = (code: ErrorCode): string => titles[code];

/** What an error says in a running text: its title first, unless the message begins by saying the same. */
export function errorWords({ code, message, hint }: AppErrorData): {
  readonly lead: string;
  readonly rest: string;
} {
  const title = titles[code];
  if (!message.startsWith(title)) return { lead: `${title}.`, rest: `${message} ${hint}`.trim() };
  const [lead = message] = /^.*?[.](?= |$)/.exec(message) ?? [];
  return { lead, rest: `${message.slice(lead.length)} ${hint}`.trim() };
}

/** Everything worth pasting into a ticket. */
export function errorReport(error: AppErrorData): string {
  const { attempted, message, hint, code, aws } = error;
  const where = whereWords(error);
  const lines = [
    errorTitle(code),
    `Attempted: ${attempted}`,
    `What happened: ${message}`,
    ...(hint === '' ? [] : [`Next step: ${hint}`]),
    ...(where === '' ? [] : [`Where: ${where}`]),
    `Code: ${code}`,
    ...(aws === undefined ? [] : [`AWS: ${awsFacts(error).join(', ')}`]),
  ];
  return withoutSecrets(lines.join('\n'));
}

/** `Acme production, eu-west-1, account 123456789012`, as far as it is known. */
export function whereWords({ where = {} }: AppErrorData): string {
  const { profileName = '', region = '', accountId } = where;
  return [profileName, region, accountId === undefined ? '' : `account ${accountId}`]
    .filter((part) => part !== '')
    .join(', ');
}

/** What can be done about an error, the likeliest first. */
export type NextStep =
  | 'retry'
  | 'ask-again'
  | 'edit-profile'
  | 'give-reason'
  | 'choose-document'
  | 'find-out';

/** Only what makes sense: a call that was refused for good is not tried again unchanged. */
export function nextSteps({ code, retryable }: AppErrorData): readonly NextStep[] {
  const special = steps[code];
  if (special !== undefined) return special;
  return retryable ? ['retry', 'find-out'] : ['find-out', 'retry'];
}

const steps: Partial<Record<ErrorCode, readonly NextStep[]>> = {
  'reason-required': ['give-reason'],
  'task-gone': ['find-out'],
  'exec-not-enabled': ['find-out'],
  'no-healthy-member': ['retry', 'edit-profile'],
  // Trying again leads to the form.
  'approval-refused': ['ask-again'],
  'document-not-found': ['choose-document', 'retry'],
  'document-not-session': ['choose-document'],
  'bad-request': ['choose-document', 'edit-profile', 'retry'],
  'region-unknown': ['edit-profile', 'retry'],
  'endpoint-insecure': ['edit-profile', 'retry'],
  'endpoint-unreachable': ['retry', 'find-out', 'edit-profile'],
  'proxy-refused': ['edit-profile', 'find-out', 'retry'],
  certificate: ['find-out', 'edit-profile', 'retry'],
  'credentials-missing': ['edit-profile', 'retry'],
  'credentials-expired': ['retry', 'edit-profile'],
  'settings-malformed': ['retry', 'edit-profile'],
  throttled: ['retry'],
  'quota-exceeded': ['retry'],
  'service-unavailable': ['retry'],
  'agent-too-old': ['choose-document', 'find-out'],
  'lab-failed': ['retry'],
  internal: ['retry'],
};

/** `TargetNotConnected`, `StartSession`, `HTTP 400`, `request 1f0c…`, `3 attempts used up`. */
export function awsFacts({ aws }: AppErrorData): string[] {
  if (aws === undefined) return [];
  return [
    aws.name,
    aws.operation,
    ...(aws.httpStatus === undefined ? [] : [`HTTP ${aws.httpStatus}`]),
    ...(aws.attempts === undefined || aws.attempts < 2 ? [] : [`${aws.attempts} attempts used up`]),
    ...(aws.requestId === undefined ? [] : [`request ${aws.requestId}`]),
  ];
}
