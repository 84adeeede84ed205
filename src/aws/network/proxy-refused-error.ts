/** The proxy did not lead to the endpoint. Keeps its cause; names the proxy's host, never what it is asked with. */
export class ProxyRefusedError extends Error {
  override readonly name = 'ProxyRefusedError';
  /** Host and port. */
  readonly proxy: string;
  /** What the proxy answered to CONNECT; absent where it could not be reached. */
  readonly status: number | undefined;

  constructor(proxy: string, status: number | undefined, cause?: unknown) {
    super('the proxy did not connect', cause === undefined ? undefined : { cause });
    this.proxy = proxy;
    this.status = status;
  }
}
