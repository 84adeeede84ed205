import type { Agent } from 'node:http';
import type { TunnelSettings } from '../../aws/network/tunnel-agent.ts';

/*
 * What is between here and the session. The libraries for it are loaded where there is something, since the drop-in has no time
 * to spare at its start.
 */

const proxyVariables = ['https_proxy', 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]);

/** For the data channel's connections; undefined where Node's own will do. */
export async function channelAgent(tunnel: TunnelSettings = {}): Promise<Agent | undefined> {
  const isSet = tunnel.proxy !== undefined || tunnel.caCertificates !== undefined;
  if (!isSet && !proxyVariables.some((name) => process.env[name])) return undefined;
  const { tunnelAgent } = await import('../../aws/network/tunnel-agent.ts');
  return tunnelAgent(tunnel);
}

/** See `SessionOptions`. */
export async function explainBarredChannel(error: Error): Promise<Error | undefined> {
  const { channelRefusal } = await import('../../aws/network/channel-refusal.ts');
  return channelRefusal(error);
}
