import { getProxyForUrl } from 'proxy-from-env';
import { isLoopbackHost } from '../loopback.ts';
import type { ProxySettings } from './network-settings.ts';

/**
 * The proxy for an https: or wss: URL, with its username and password in it: a secret. Undefined for none. This machine
 * itself is never reached through a proxy, which could not find it.
 */
export function proxyFor(target: URL, settings: ProxySettings = { kind: 'environment' }): URL | undefined {
  if (settings.kind === 'none' || isLoopbackHost(target.hostname)) return undefined;
  if (settings.kind === 'url') return withAuthentication(settings);
  const found = getProxyForUrl(`https://${target.host}`);
  // The AWS CLI takes a proxy without a scheme for a plain one, the package for one of the target's scheme.
  const hadScheme = found !== '' && Object.values(process.env).includes(found);
  const text = hadScheme ? found : found.replace(/^https:/, 'http:');
  return URL.canParse(text) ? new URL(text) : undefined;
}

function withAuthentication({ url, username, password }: Extract<ProxySettings, { kind: 'url' }>): URL {
  const proxy = new URL(url);
  if (username !== undefined) proxy.username = encodeURIComponent(username);
  if (password !== undefined) proxy.password = encodeURIComponent(password);
  return proxy;
}
