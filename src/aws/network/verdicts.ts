import type { AppErrorData } from '../../shared/errors.ts';
import type { SystemFailure } from './system-failure.ts';

/** What a failed connection means for people: for calls and for the data channel alike, so without the SDK. */
type Verdict = Pick<AppErrorData, 'code' | 'message' | 'hint' | 'retryable'>;

/** @param status the proxy's answer to CONNECT; absent where it could not be reached */
export function proxyVerdict(proxy: string, status: number | undefined): Verdict {
  const verdict = { code: 'proxy-refused', retryable: status === undefined || status >= 500 } as const;
  if (status === undefined) {
    return {
      ...verdict,
      message: `The proxy ${proxy} could not be reached, or does not answer.`,
      hint: 'Check its address in the settings or in HTTPS_PROXY, and the network.',
    };
  }
  if (status === 407) {
    return {
      ...verdict,
      message: `The proxy ${proxy} asks who is there (HTTP 407): user name and password are missing or wrong.`,
      hint: 'Give both in the settings of the profile, or in HTTPS_PROXY.',
    };
  }
  return {
    ...verdict,
    message: `The proxy ${proxy} refused to connect to the endpoint (HTTP ${status}).`,
    hint: 'Ask whoever looks after the proxy to allow it, or list the endpoint in NO_PROXY.',
  };
}

/** @param code of the TLS library, e.g. `CERT_HAS_EXPIRED`, by which there are different things to do */
export function certificateVerdict(code: string): Verdict {
  const verdict = {
    code: 'certificate',
    retryable: false,
    message: `The certificate of the endpoint was not accepted (${code}).`,
  } as const;
  if (/EXPIRED|NOT_YET_VALID/.test(code))
    return { ...verdict, hint: 'Check the clock of this computer; else the certificate itself has run out.' };
  if (/ALTNAME|HOSTNAME/.test(code))
    return { ...verdict, hint: 'It is for another name: check the endpoint and what lies between.' };
  return {
    ...verdict,
    hint: 'Check the endpoint. Where a proxy inspects TLS, give its certificate in the settings of the profile, in AWS_CA_BUNDLE or in NODE_EXTRA_CA_CERTS.',
  };
}

/** The way to the message gateway. @param peer the name or the address that was asked, where the system tells */
export function wayVerdict(kind: SystemFailure['kind'], peer: string | undefined): Verdict {
  const where = peer ?? 'the message gateway';
  const verdict = { code: 'endpoint-unreachable', retryable: true } as const;
  switch (kind) {
    case 'name-not-found':
      return {
        ...verdict,
        message: `The name ${peer ?? 'of the message gateway'} could not be resolved.`,
        hint: 'Check the network, a VPN, and the endpoint of ssmmessages if one is set.',
      };
    case 'refused':
      return {
        ...verdict,
        message: `Nothing accepts connections at ${where}.`,
        hint: 'Check the network, a VPN or firewall, and the endpoint of ssmmessages if one is set.',
      };
    case 'timed-out':
      return {
        ...verdict,
        message: `There was no answer from ${where} in time.`,
        hint: 'Check what lies between: VPN, proxy, firewall.',
      };
    case 'connection-broken':
      return {
        ...verdict,
        message: `The connection to ${where} broke before it stood.`,
        hint: 'Check what lies between: VPN, proxy, firewall.',
      };
    case 'certificate':
    case 'not-tls':
      return {
        ...verdict,
        code: 'certificate',
        message: `What answers as ${where} does not speak TLS as wss: needs it.`,
        hint: 'Check the endpoint of ssmmessages, and what lies between: VPN, proxy, firewall.',
      };
  }
}

/** Something answered the upgrade with a status of HTTP instead of a WebSocket. */
export function gatewayVerdict(status: number): Verdict {
  return {
    code: status >= 500 ? 'service-unavailable' : 'endpoint-unreachable',
    retryable: true,
    message: `The message gateway, or what lies before it, did not take the connection (HTTP ${status}).`,
    hint:
      status >= 500
        ? 'It is tried again. If it goes on, look at the AWS Health Dashboard.'
        : 'Check the endpoint of ssmmessages, its policy, and what lies between: VPN, proxy, firewall.',
  };
}
