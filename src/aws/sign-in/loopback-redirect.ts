import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the browser brought back from the page of the sign-in. */
export type Redirect = { kind: 'code'; code: string } | { kind: 'refused' };

export interface LoopbackRedirect {
  /** Where the browser is to be sent. */
  uri: string;
  /** The first answer that carries the state; others are turned away. */
  arrived: Promise<Redirect>;
  /** Shows the person how it ended, in the browser. */
  answer(succeeded: boolean): void;
  close(): void;
}

/** As the AWS CLI registers it; the port is free to choose (RFC 8252, section 7.3). */
export const redirectPath = '/oauth/callback';

/**
 * Waits on 127.0.0.1 for the browser to come back. Whoever else calls, another program or a page in the same browser, does
 * not know the state.
 */
export async function openLoopbackRedirect(state: string): Promise<LoopbackRedirect> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  let waiting: ServerResponse | undefined;
  const arrived = new Promise<Redirect>((resolve) => {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const url = new URL(request.url ?? '/', `http://${host}`);
      const isOurs =
        request.method === 'GET' &&
        request.headers.host === host &&
        url.pathname === redirectPath &&
        url.searchParams.get('state') === state;
      if (!isOurs || waiting !== undefined) {
        sendPage(response, 404, 'Nothing to see here', 'This address waits for a sign-in of Nodewharf.');
        return;
      }
      waiting = response;
      const code = url.searchParams.get('code');
      resolve(code === null || code === '' ? { kind: 'refused' } : { kind: 'code', code });
    });
  });
  return {
    uri: `http://${host}${redirectPath}`,
    arrived,
    answer(succeeded) {
      if (waiting === undefined) return;
      if (succeeded)
        sendPage(waiting, 200, 'You are signed in', 'Nodewharf goes on by itself. You can close this tab.');
      else sendPage(waiting, 200, 'You are not signed in', 'Nodewharf says why. You can close this tab.');
    },
    close() {
      server.close();
      server.closeIdleConnections();
    },
  };
}

function sendPage(response: ServerResponse, status: number, title: string, text: string): void {
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title} · Nodewharf</title>
<style>
  :root { color-scheme: light dark }
  body { min-height: 100vh; margin: 0; display: grid; place-content: center; text-align: center;
    font: 16px/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText }
  h1 { margin: 0 0 .25em; font-size: 1.5rem; font-weight: 600 }
  p { margin: 0 }
</style>
<main><h1>${title}</h1><p>${text}</p></main></html>
`;
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    connection: 'close',
  });
  response.end(page);
}
