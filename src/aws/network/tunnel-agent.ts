import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent } from 'node:https';
import * as net from 'node:net';
import * as tls from 'node:tls';
import { HttpsProxyAgent } from 'https-proxy-agent';
import type { NetworkSettings } from './network-settings.ts';
import { proxyFor } from './proxy-choice.ts';
import { ProxyRefusedError } from './proxy-refused-error.ts';

/** What a connection over TLS depends on. Plain values, so that they can be handed to a worker thread. */
export type TunnelSettings = Pick<NetworkSettings, 'proxy' | 'caCertificates'>;

/** Some name that no NO_PROXY lists. */
const anyTarget = new URL('https://nodewharf.invalid');

/**
 * An agent for https: and wss: that goes through the proxy and trusts the certificates of the settings. Undefined where
 * there are neither, and Node's own agent will do. Its errors are {@link ProxyRefusedError} where the proxy is at fault.
 */
export function tunnelAgent(settings: TunnelSettings): Agent | undefined {
  const ca = trusted(settings.caCertificates);
  const proxy = proxyFor(anyTarget, settings.proxy);
  if (proxy !== undefined) return new TunnelAgent(proxy, settings, ca);
  return ca === undefined ? undefined : new Agent({ keepAlive: true, ca });
}

type ConnectOptions = Parameters<HttpsProxyAgent<string>['connect']>[1];

class TunnelAgent extends HttpsProxyAgent<string> {
  readonly #settings: TunnelSettings;
  readonly #ca: string[] | undefined;

  constructor(proxy: URL, settings: TunnelSettings, ca: string[] | undefined) {
    super(proxy, { keepAlive: true, ...(ca && { ca }) });
    this.#settings = settings;
    this.#ca = ca;
  }

  /** The base class guesses by the call stack, and looks for a free connection under another name than it was put away. */
  override isSecureEndpoint(): boolean {
    return true;
  }

  override async connect(request: ClientRequest, given: ConnectOptions): Promise<net.Socket> {
    const options: ConnectOptions = given.secureEndpoint && this.#ca ? { ...given, ca: this.#ca } : given;
    const { host = '', port = 443 } = options;
    const target = new URL(`https://${net.isIPv6(host) ? `[${host}]` : host}:${port}`);
    if (proxyFor(target, this.#settings.proxy) === undefined) return connectDirectly(options);
    let status: number | undefined;
    request.once('proxyConnect', (answer: IncomingMessage) => {
      status = answer.statusCode;
    });
    let socket: net.Socket;
    try {
      socket = await super.connect(request, options);
    } catch (error) {
      throw status === 200 ? error : new ProxyRefusedError(this.proxy.host, status, error);
    }
    if (status === 200) return socket;
    // The package would pass the proxy's answer off as the endpoint's.
    socket.destroy();
    throw new ProxyRefusedError(this.proxy.host, status);
  }
}

function connectDirectly(options: ConnectOptions): net.Socket {
  if (!options.secureEndpoint) return net.connect(options);
  const { host } = options;
  return tls.connect({ ...options, servername: host === undefined || net.isIP(host) !== 0 ? '' : host });
}

/** Certificates that are given replace those that are trusted otherwise, so these are given too. */
function trusted(caCertificates: string | undefined): string[] | undefined {
  if (caCertificates === undefined) return undefined;
  return [...tls.rootCertificates, caCertificates];
}
