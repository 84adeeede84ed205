/**
 * The proxy in an answer of Chromium's resolver, e.g. `PROXY proxy.example:3128; DIRECT`: the first of the list that can be
 * used. Undefined where none is to be used. SOCKS is passed over: only CONNECT is spoken here.
 */
export function proxyOfAnswer(answer: string): string | undefined {
  for (const part of answer.split(';')) {
    const [kind, host] = part.trim().split(/\s+/);
    if (kind === 'DIRECT') return undefined;
    const scheme = kind === 'PROXY' ? 'http' : kind === 'HTTPS' ? 'https' : undefined;
    if (scheme !== undefined && host !== undefined && URL.canParse(`${scheme}://${host}`)) {
      return `${scheme}://${host}`;
    }
  }
  return undefined;
}
