import type { Failure } from '../failure.ts';
import { attemptsText, serverFault, type Verdict } from '../verdict.ts';
import { isKnownRegion } from './known-regions.ts';
import { certificateVerdict, proxyVerdict } from './verdicts.ts';

/** Where no answer of the service came: the way to it, or what stands on the way. */
export type NetworkFailure = Extract<
  Failure,
  {
    kind:
      | 'foreign-answer'
      | 'name-not-found'
      | 'refused'
      | 'timed-out'
      | 'connection-broken'
      | 'certificate'
      | 'not-tls'
      | 'proxy-refused';
  }
>;

export interface NetworkContext {
  region: string;
  /** An endpoint is set, instead of the Region's own. */
  hasOwnEndpoint?: boolean;
}

export function judgeNetwork(failure: NetworkFailure, context: NetworkContext): Verdict {
  switch (failure.kind) {
    case 'foreign-answer':
      return foreignAnswer(failure);
    case 'name-not-found':
      return nameNotFound(failure, context);
    case 'refused':
      return unreachable(
        `Nothing accepts connections at ${failure.peer ?? 'the endpoint'}${attemptsText(failure)}.`,
        'Check the network, a VPN or firewall, and the endpoint if one is set.',
      );
    case 'timed-out':
      return unreachable(
        `${failure.peer ?? 'The endpoint'} did not answer in time${attemptsText(failure)}.`,
        'Check the network, a VPN or proxy, and try again.',
      );
    case 'connection-broken':
      return unreachable(
        `The connection to the endpoint broke before an answer came${attemptsText(failure)}.`,
        'Try again. If it stays so, check what lies between: VPN, proxy, firewall.',
      );
    case 'certificate':
      return certificateVerdict(failure.code);
    case 'not-tls':
      return {
        code: 'certificate',
        retryable: false,
        message: 'The endpoint did not speak TLS as https: needs it.',
        hint: 'Check the scheme and the port of the endpoint.',
      };
    case 'proxy-refused':
      return proxyVerdict(failure.proxy, failure.status);
  }
}

/** Something that is not the service answered, or the service without its own words. */
export function foreignAnswer(failure: Failure): Verdict {
  const status = failure.httpStatus === undefined ? '' : ` (HTTP ${failure.httpStatus})`;
  return (failure.httpStatus ?? 0) >= 500
    ? serverFault(failure)
    : unreachable(
        `Something answered at the endpoint that is not Systems Manager${status}.`,
        'Check the endpoint, and whether a proxy or a network sign-in page lies between.',
      );
}

/** A computer without a network cannot look up anything; a Region that nobody knows has no name to be found. */
function nameNotFound(
  failure: Failure & { code: string; peer?: string },
  { region, hasOwnEndpoint = false }: NetworkContext,
): Verdict {
  const { code, peer } = failure;
  if (!hasOwnEndpoint && code === 'ENOTFOUND' && !isKnownRegion(region)) {
    return {
      code: 'region-unknown',
      retryable: false,
      message: `There is no Region ${region} that this version knows, and its endpoint has no address.`,
      hint: 'Correct the Region of the profile, for example to eu-central-1.',
    };
  }
  return unreachable(
    `The name ${peer ?? 'of the endpoint'} could not be resolved${attemptsText(failure)}.`,
    `Check the network and the Region (${region}), or the endpoint if one is set.`,
  );
}

function unreachable(message: string, hint: string): Verdict {
  return { code: 'endpoint-unreachable', retryable: true, message, hint };
}
