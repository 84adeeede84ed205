/** The contract's bound on `openLink`. */
const longestUrl = 4096;

/**
 * A link found in a terminal, as it will be opened: http and https only, normalised, so that what the tooltip shows is
 * what the browser gets (an international host name in its xn-- form). Undefined for everything else.
 */
export function safeLink(text: string): string | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  // `https://bank.example@evil.example` shows one host and opens another.
  if (url.username !== '' || url.password !== '') return undefined;
  return url.href.length > longestUrl ? undefined : url.href;
}

/** True when what a person reads is not the address that opens. Only OSC 8 links can differ from their text. */
export const textDiffers = (text: string, url: string): boolean => safeLink(text.trim()) !== url;
