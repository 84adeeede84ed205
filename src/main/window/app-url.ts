import { join, normalize, sep } from 'node:path';

export const scheme = 'app';
const host = 'nodewharf';
const appOrigin = `${scheme}://${host}`;

export const pageUrl = `${appOrigin}/index.html`;

/** Whether an address is one of our own pages. */
export function isAppUrl(url: string): boolean {
  return url.startsWith(`${appOrigin}/`);
}

/** The file that a request means; undefined unless it lies in `folder`. */
export function fileOf(request: { method: string; url: string }, folder: string): string | undefined {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.host !== host) return undefined;
  let name: string;
  try {
    name = decodeURIComponent(url.pathname);
  } catch {
    return undefined;
  }
  if (name.includes('\0')) return undefined;
  const path = normalize(join(folder, name));
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? path : undefined;
}
