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

/** How long a proxy may take to lead to the endpoint: sooner than the WebSocket's upgrade is given up, so that the error names it. */
const defaultLimitMs = 12_000;

/** Some name that no NO_PROXY lists. */
const anyTarget = new URL('https://nodewharf.invalid');

/**
 * An agent for https: and wss: that goes through the proxy and trusts the certificates of the settings. Undefined where
 * there are neither, and Node's own agent will do. Its errors are {@link ProxyRefusedError} where the proxy is at fault, also
 * when it says nothing for `proxyLimitMs`.
 */
export function tunnelAgent(
  settings: TunnelSettings,
  proxyLimitMs: number = defaultLimitMs,
): Agent | undefined {
  const ca = trusted(settings.caCertificates);
  const proxy = proxyFor(anyTarget, settings.proxy);
  if (proxy !== undefined) return new TunnelAgent(proxy, settings, ca, proxyLimitMs);
  return ca === undefined ? undefined : new Agent({ keepAlive: true, ca });
}

type ConnectOptions = Parameters<HttpsProxyAgent<string>['connect']>[1];

class TunnelAgent extends HttpsProxyAgent<string> {
  readonly #settings: TunnelSettings;
  readonly #ca: string[] | undefined;
  readonly #limitMs: number;

  constructor(proxy: URL, settings: TunnelSettings, ca: string[] | undefined, limitMs: number) {
    super(proxy, { keepAlive: true, ...(ca && { ca }) });
    this.#settings = settings;
    this.#ca = ca;
    this.#limitMs = limitMs;
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
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), this.#limitMs);
    let socket: net.Socket;
    try {
      socket = await this.#throughProxy(request, options, limit.signal);
    } catch (error) {
      throw status === 200 ? error : new ProxyRefusedError(this.proxy.host, status, error);
    } finally {
      clearTimeout(timer);
    }
    if (status === 200) return socket;
    // The package would pass the proxy's answer off as the endpoint's.
    socket.destroy();
    throw new ProxyRefusedError(this.proxy.host, status);
  }

  /** The package's own way, whose connection to the proxy ends with the signal: it is not to be had otherwise before the proxy answers. */
  #throughProxy(request: ClientRequest, options: ConnectOptions, signal: AbortSignal): Promise<net.Socket> {
    const { connectOpts } = this;
    this.connectOpts = { ...connectOpts, signal };
    try {
      // It reads `connectOpts` before it first waits.
      return super.connect(request, options);
    } finally {
      this.connectOpts = connectOpts;
    }
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
