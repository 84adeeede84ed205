/** The package ships no types. */
declare module 'proxy-from-env' {
  /** The proxy that the environment's *_PROXY and NO_PROXY name for a URL; empty for none. */
  export function getProxyForUrl(url: string | URL): string;
}
