import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { protocol } from 'electron';
import { fileOf, scheme } from './app-url.ts';

/**
 * What the page may do. Scripts run only from the package. Styles need `unsafe-inline` since xterm's DOM renderer writes
 * <style> elements for cell sizes and colours; they cannot run code, and nothing may be fetched from them but our own files.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Must be called before the app is ready: makes `app:` an origin like any secure one, with compiled scripts kept. */
export function declareAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the files of the page's folder, and nothing else, under `app://nodewharf`. */
export function serveApp(folder: string): void {
  protocol.handle(scheme, async (request) => {
    const path = fileOf(request, folder);
    const contentType = path === undefined ? undefined : contentTypes[extname(path)];
    if (path === undefined || contentType === undefined) return refusal(404);
    try {
      return new Response(new Uint8Array(await readFile(path)), {
        headers: {
          'Content-Type': contentType,
          'Content-Security-Policy': contentSecurityPolicy,
          'X-Content-Type-Options': 'nosniff',
          'Cross-Origin-Opener-Policy': 'same-origin',
          'Cross-Origin-Resource-Policy': 'same-origin',
        },
      });
    } catch {
      return refusal(404);
    }
  });
}

function refusal(status: number): Response {
  return new Response(null, { status, headers: { 'Content-Security-Policy': contentSecurityPolicy } });
}
