import { missingFeature } from '../../aws/agent-features.ts';
import type { ProbeAnswer } from '../../aws/doctor/probe.ts';
import type { SessionDocument } from '../../aws/session-document.ts';
import type { Finding } from '../../shared/doctor.ts';
import type { AppErrorData } from '../../shared/errors.ts';
import type { ManagedNode } from '../../shared/inventory.ts';

/* What the answers mean: plain decisions on plain values. */

const minuteMs = 60_000;

/** The service allows five minutes (the SDK corrects for more, if it may try again); near that it is worth a word. */
const clockLimitMs = 5 * minuteMs;
const clockAttentionMs = minuteMs;

/** An agent tells of itself every five minutes. */
const silentMs = 15 * minuteMs;

const good = (message: string): Finding => ({ verdict: 'good', message, fix: '' });
export const unknown = (message: string): Finding => ({ verdict: 'unknown', message, fix: '' });

/** A call that failed. */
export function failedCall(error: AppErrorData, verdict: Finding['verdict'] = 'bad'): Finding {
  return { verdict, message: error.message, fix: error.hint, error };
}

export const judgeIdentity = ({ arn }: { arn: string }): Finding => good(`Those of ${arn}.`);

export function judgeProxy({ host, proxy }: ProbeAnswer): Finding {
  return good(proxy === undefined ? `None stands between this computer and ${host}.` : `Through ${proxy}.`);
}

export const judgeEndpoint = ({ host, httpStatus }: ProbeAnswer): Finding =>
  good(`${host} answers (HTTP ${httpStatus}), and its certificate is trusted.`);

export function judgeGateway({ host, httpStatus }: ProbeAnswer): Finding {
  if (httpStatus !== 407 && httpStatus < 500) {
    return good(`${host} answers when it is asked for a WebSocket (HTTP ${httpStatus}).`);
  }
  return {
    verdict: 'attention',
    message: `${host} answered HTTP ${httpStatus} when it was asked for a WebSocket.`,
    fix: 'Check what lies between: some proxies and firewalls do not let WebSockets through.',
  };
}

export function judgeClock({ clockAheadMs }: ProbeAnswer): Finding {
  if (clockAheadMs === undefined) return unknown('The answer of the endpoint has no date.');
  const off = Math.abs(clockAheadMs);
  const words = `This computer's clock is ${spanWords(off)} ${clockAheadMs > 0 ? 'behind' : 'ahead of'} the service's`;
  if (off < clockAttentionMs) return good('The clock of this computer agrees with the service.');
  const fix = 'Set the clock, or switch on setting it from the network.';
  return off < clockLimitMs
    ? { verdict: 'attention', message: `${words}; more than 5 min are refused.`, fix }
    : { verdict: 'bad', message: `${words}, which allows 5 min.`, fix };
}

export function judgeNode(node: ManagedNode | undefined, target: string, region: string): Finding {
  if (node !== undefined) return good(`${target} is registered in ${region}.`);
  return {
    verdict: 'bad',
    message: `Systems Manager knows no node ${target} in ${region}.`,
    fix: target.startsWith('mi-')
      ? 'Check the Region and the account. A hybrid node has to be registered with an activation first.'
      : 'Check the Region and the account, that its SSM Agent runs, and that its instance profile, or the default host management, allows what AmazonSSMManagedInstanceCore does.',
  };
}

/** @param status GetConnectionStatus, undefined where it may not be asked */
export function judgePing(
  node: ManagedNode,
  status: 'connected' | 'not-connected' | undefined,
  now: number,
): Finding {
  const silentForMs = node.lastPingAt === undefined ? undefined : Math.max(0, now - node.lastPingAt);
  const heard = silentForMs === undefined ? '' : `, last heard of ${spanWords(silentForMs)} ago`;
  if (!node.online) {
    return {
      verdict: 'bad',
      message: `The agent has lost its connection${heard}.`,
      fix: 'Check that the node runs, that its SSM Agent runs and has memory and disk to, and that it reaches ssm, ssmmessages and ec2messages of its Region over HTTPS.',
    };
  }
  if (status === 'not-connected') {
    return {
      verdict: 'bad',
      message: `The agent is online${heard}, but holds no connection to Session Manager.`,
      fix: 'Check that the node reaches ssmmessages of its Region over HTTPS, and that its role allows ssmmessages:CreateControlChannel and ssmmessages:OpenControlChannel.',
    };
  }
  if (silentForMs !== undefined && silentForMs > silentMs) {
    return {
      verdict: 'attention',
      message: `The agent counts as online${heard}.`,
      fix: 'It tells of itself every 5 min: look at the load of the node.',
    };
  }
  return good(`The agent is online${heard}.`);
}

export function judgeAgent(node: ManagedNode, document: SessionDocument | undefined): Finding {
  const { agentVersion } = node;
  if (agentVersion === '') return unknown('The service does not tell its version.');
  const missing = document && missingFeature(agentVersion, document);
  if (!missing)
    return good(
      `Version ${agentVersion}${document === undefined ? '' : ' can do what the document asks for'}.`,
    );
  return {
    verdict: 'bad',
    message: `Version ${agentVersion} is too old: ${missing.what} need ${missing.since} or later.`,
    fix: 'Update it, for example with the document AWS-UpdateSSMAgent.',
  };
}

export function judgeDocument(document: SessionDocument): Finding {
  const version = document.version === undefined ? '' : `, version ${document.version},`;
  if (document.sessionType === 'Port' || document.sessionType === 'NonInteractiveCommands') {
    return {
      verdict: 'bad',
      message: `${document.name}${version} starts sessions of the kind ${document.sessionType}, which have no terminal.`,
      fix: 'Name a document of the kind Standard_Stream or InteractiveCommands.',
    };
  }
  return good(
    `${document.name}${version} starts sessions of the kind ${document.sessionType ?? 'that it does not say'}.`,
  );
}

/** A document that may not be read starts sessions all the same; the default one is made when it is first used. */
export function judgeUnreadDocument(error: AppErrorData, isDefault: boolean): Finding {
  if (error.code === 'document-not-found' && isDefault)
    return good('The account has no preferences yet; the service makes them at the first session.');
  return failedCall(error, error.code === 'document-denied' ? 'attention' : 'bad');
}

/** What the calls above showed of single permissions. @param start the action that starts the session */
export function judgePermissions(results: ReadonlyMap<string, 'allowed' | 'denied'>, start: string): Finding {
  const denied = [...results].filter(([, result]) => result === 'denied').map(([action]) => action);
  const allowed = [...results].filter(([, result]) => result === 'allowed').map(([action]) => action);
  if (results.size === 0) return unknown('No call came as far as that.');
  if (denied.length === 0) {
    return good(`${list(allowed)} are allowed. Whether ${start} is, only a start shows.`);
  }
  return {
    verdict: 'attention',
    message: `${list(denied)} ${denied.length === 1 ? 'is' : 'are'} not allowed.`,
    fix: `A session needs ${start} alone; to be told beforehand what stands in its way takes these too.`,
  };
}

/** `40 s`, `3 min`, `26 h`, `12 d`. */
function spanWords(ms: number): string {
  if (ms < minuteMs) return `${Math.round(ms / 1000)} s`;
  if (ms < 90 * minuteMs) return `${Math.round(ms / minuteMs)} min`;
  if (ms < 48 * 60 * minuteMs) return `${Math.round(ms / (60 * minuteMs))} h`;
  return `${Math.round(ms / (24 * 60 * minuteMs))} d`;
}

function list(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
