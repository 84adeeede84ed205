import { channelTrouble } from '../../aws/network/channel-trouble.ts';
import { AppError, type AppErrorData, type ErrorCode } from '../../shared/errors.ts';
import type { SessionEnd } from '../../shared/models.ts';
import type { ChannelEnd, ChannelState } from '../../ssm/channel/channel-types.ts';
import type { SsmError, SsmErrorCode } from '../../ssm/ssm-error.ts';
import type { ChannelNews } from './session-bytes.ts';

/** The service's closing words fit on a line or two; a longer text is not for people. */
const maxMessageLength = 500;

const codes: Record<SsmErrorCode, ErrorCode> = {
  'insecure-endpoint': 'endpoint-insecure',
  'bad-stream-url': 'endpoint-unreachable',
  'connection-barred': 'endpoint-unreachable',
  'session-type-unsupported': 'handshake-unsupported',
  'handshake-timeout': 'handshake-failed',
  'handshake-failed': 'handshake-failed',
  'kms-unavailable': 'handshake-unsupported',
  'kms-denied': 'kms-denied',
  'port-busy': 'port-busy',
  'port-denied': 'port-denied',
  'address-unavailable': 'address-unavailable',
  protocol: 'connection-lost',
  unauthorised: 'access-denied',
};

const hints: Record<SsmErrorCode, string> = {
  'insecure-endpoint': 'Use an endpoint that answers with a wss: stream URL.',
  'bad-stream-url': 'Check that the endpoint is that of Systems Manager.',
  'connection-barred': 'Check what lies between: VPN, proxy, firewall.',
  'session-type-unsupported': 'Choose a document of another kind; this one starts something else.',
  'handshake-timeout':
    'Check that the SSM Agent of the node is up to date and not overloaded, then start it again.',
  'handshake-failed':
    'Start the session again. If it happens again, look at the log of the SSM Agent on the node.',
  'kms-unavailable': 'Choose a document without a KMS key.',
  'kms-denied': 'Ask for kms:GenerateDataKey on the key that the session document names.',
  'port-busy': 'Choose another local port, or any that is free, or end the program that holds it.',
  'port-denied': 'Choose a local port from 1024 up.',
  'address-unavailable': 'Choose 127.0.0.1, or an address that this computer has.',
  protocol: 'Start the session again. If it happens again, report it.',
  unauthorised: 'Sign in again, then reconnect.',
};

/** The channel's state as the tab tells it. */
export function toChannelNews(state: ChannelState): ChannelNews {
  switch (state.kind) {
    case 'connecting':
    case 'live':
      return state;
    case 'reconnecting': {
      const { cause, ...told } = state;
      const error = channelTrouble(cause);
      return { ...told, ...(error && { error }) };
    }
    case 'needs-credentials':
      return { kind: 'needs-sign-in', error: ssmErrorData(state.error, 'Resume the session') };
    case 'ended':
      return {
        kind: 'ended',
        end: toSessionEnd(state.end),
        isOutputIncomplete: state.end.kind === 'closed' && state.end.isOutputIncomplete,
      };
  }
}

function toSessionEnd(end: ChannelEnd): SessionEnd {
  switch (end.kind) {
    case 'closed':
      return { kind: 'closed', message: end.message.slice(0, maxMessageLength) };
    case 'failed':
      return { kind: 'failed', error: ssmErrorData(end.error, 'Keep the session open') };
    case 'timed-out':
    case 'ended-by-user':
      return { kind: end.kind };
  }
}

/** A channel's error; where the control plane's answer stands behind it, that answer. */
export function ssmErrorData(error: SsmError, attempted: string): AppErrorData {
  if (error.cause instanceof AppError) return error.cause.data;
  return {
    code: codes[error.code],
    attempted,
    message: error.message,
    hint: hints[error.code],
    retryable: error.code === 'protocol' || error.code === 'unauthorised',
  };
}
