import type { AppErrorData, ErrorCode } from '../../shared/errors.ts';

/** The sentence for people, chosen here from the code; the fields beside it say the rest. */
const titles: Record<ErrorCode, string> = {
  'bad-request': 'The request was refused',
  'not-found': 'It is not there any more',
  'target-not-connected': 'The node is not connected',
  'agent-too-old': 'The agent on the node is too old',
  'approval-needed': 'Somebody has to approve this session first',
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
  const lines = [
    errorTitle(code),
    `Attempted: ${attempted}`,
    `What happened: ${message}`,
    ...(hint === '' ? [] : [`Next step: ${hint}`]),
    `Code: ${code}`,
    ...(aws === undefined ? [] : [`AWS: ${awsFacts(error).join(', ')}`]),
  ];
  return lines.join('\n');
}

/** `TargetNotConnected`, `StartSession`, `HTTP 400`, `request 1f0c…`, `3 attempts`. */
export function awsFacts({ aws }: AppErrorData): string[] {
  if (aws === undefined) return [];
  return [
    aws.name,
    aws.operation,
    ...(aws.httpStatus === undefined ? [] : [`HTTP ${aws.httpStatus}`]),
    ...(aws.attempts === undefined || aws.attempts < 2 ? [] : [`${aws.attempts} attempts`]),
    ...(aws.requestId === undefined ? [] : [`request ${aws.requestId}`]),
  ];
}
