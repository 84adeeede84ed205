import { request as requestPlain, type IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import { assertEndpointSecure } from '../endpoint-guard.ts';
import type { NetworkSettings } from '../network/network-settings.ts';
import { proxyFor } from '../network/proxy-choice.ts';
import { tunnelAgent } from '../network/tunnel-agent.ts';

/** What answered at an address. Any answer shows that it can be reached; what it says does not matter. */
export interface ProbeAnswer {
  /** Host and port that were asked. */
  host: string;
  /** Host and port of the proxy in between. */
  proxy?: string;
  httpStatus: number;
  /** The answer's clock less ours, milliseconds, half the way there and back taken off. */
  clockAheadMs?: number;
}

export interface ProbeOptions {
  /** http: or https:; asked for a WebSocket where there is a path to ask at. */
  url: URL;
  webSocket: boolean;
  network: NetworkSettings;
  timeoutMs: number;
  signal: AbortSignal;
}

/** Asks without any credentials. Rejects with the system's, the TLS library's or the proxy's error. */
export async function probe({
  url,
  webSocket,
  network,
  timeoutMs,
  signal,
}: ProbeOptions): Promise<ProbeAnswer> {
  assertEndpointSecure(url);
  const proxy = proxyFor(url, network.proxy)?.host;
  const startedAt = Date.now();
  const answer = await ask({ url, webSocket, network, timeoutMs, signal });
  const endedAt = Date.now();
  const at = Date.parse(answer.headers.date ?? '');
  // The header has whole seconds.
  const clockAheadMs = Number.isNaN(at) ? undefined : at + 500 - (startedAt + endedAt) / 2;
  return {
    host: url.host,
    ...(proxy === undefined ? {} : { proxy }),
    httpStatus: answer.statusCode ?? 0,
    ...(clockAheadMs === undefined ? {} : { clockAheadMs }),
  };
}

function ask({ url, webSocket, network, timeoutMs, signal }: ProbeOptions): Promise<IncomingMessage> {
  const agent = url.protocol === 'https:' ? tunnelAgent(network) : undefined;
  const send = url.protocol === 'https:' ? requestSecure : requestPlain;
  return new Promise((resolve, reject) => {
    const request = send(url, {
      method: 'GET',
      signal,
      ...(agent && { agent }),
      ...(webSocket && { headers: upgradeHeaders }),
    });
    const done = (answer: IncomingMessage): void => {
      resolve(answer);
      request.destroy();
    };
    request.setTimeout(timeoutMs, () =>
      request.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
    );
    request.on('response', done);
    request.on('upgrade', done);
    request.on('error', reject);
    request.end();
  });
}

/** Any key will do: nobody talks over this connection. */
const upgradeHeaders = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'bm9kZXdoYXJmIHByb2JlIQ==',
};
