import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from '../api/api-error.ts';
import { readBody } from '../api/service-request.ts';
import type { LabIdentity } from './lab-identity.ts';
import { askPage, codePage, saidPage } from './sign-in-pages.ts';
import type { SignIns } from './sign-ins.ts';

const maxBodyBytes = 64 * 1024;

const devicePath = '/device';
const authorizePath = '/authorize';

const consolePath = '/v1/authorize';

export const isPage = (path: string): boolean =>
  path === devicePath || path === authorizePath || path === consolePath;

/** Answers the pages of a sign-in, as a browser asks for them and as a form of theirs is sent. */
export async function answerPage(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  { signIns, console }: LabIdentity,
): Promise<void> {
  const isSent = request.method === 'POST';
  const form = isSent
    ? new URLSearchParams((await readBody(request, maxBodyBytes)).toString())
    : queryOf(request);
  const given = isSent ? form.get('answer') : null;
  const answer = given === null ? undefined : given === 'allow';
  if (path === authorizePath) answerAuthorize(form, answer, response, { path, signIns });
  else if (path === consolePath) answerAuthorize(form, answer, response, { path, signIns: console });
  else answerDevice(form, answer, response, signIns);
}

interface Asked {
  redirectUri: string;
}

/** Either kind of sign-in that goes by an authorization code. */
interface CodeGiver {
  /** Throws where it is not asked for as it should be. */
  checkAuthorize(query: URLSearchParams): Asked;
  allowCode(asked: Asked): string;
}

/** The authorization code flow: the browser goes back to the program with a code. */
function answerAuthorize(
  form: URLSearchParams,
  isAllowed: boolean | undefined,
  response: ServerResponse,
  { path, signIns }: { path: string; signIns: CodeGiver },
): void {
  try {
    const asked = signIns.checkAuthorize(form);
    if (isAllowed === undefined) {
      const text = 'Nodewharf asks to use your accounts and roles.';
      const fields = Object.fromEntries(form);
      sendPage(response, 200, askPage({ action: path, fields, title: askTitle, text }));
      return;
    }
    const back = new URL(asked.redirectUri);
    if (isAllowed) back.searchParams.set('code', signIns.allowCode(asked));
    else back.searchParams.set('error', 'access_denied');
    back.searchParams.set('state', form.get('state') ?? '');
    response.writeHead(302, { location: back.href }).end();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    sendPage(response, error.httpStatus, saidPage('This is no sign-in', error.message));
  }
}

/** The device flow: the person compares the code, and the program finds out by itself. */
function answerDevice(
  form: URLSearchParams,
  isAllowed: boolean | undefined,
  response: ServerResponse,
  signIns: SignIns,
): void {
  const userCode = (form.get('user_code') ?? '').trim().toUpperCase();
  if (userCode === '') {
    sendPage(response, 200, codePage(devicePath));
  } else if (!signIns.isDeviceWaiting(userCode)) {
    sendPage(response, 404, saidPage('No such code', 'No sign-in waits with this code, or not any more.'));
  } else if (isAllowed === undefined) {
    const text =
      'Nodewharf asks to use your accounts and roles. Compare the code with the one that it shows.';
    const fields = { user_code: userCode };
    sendPage(response, 200, askPage({ action: devicePath, fields, title: askTitle, text, code: userCode }));
  } else {
    signIns.answerDevice(userCode, isAllowed);
    const title = isAllowed ? 'Request approved' : 'Request denied';
    sendPage(response, 200, saidPage(title, 'You can close this page.'));
  }
}

const askTitle = 'Sign in to the lab';

export function queryOf(request: IncomingMessage): URLSearchParams {
  return new URLSearchParams((request.url ?? '').split('?').slice(1).join('?'));
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(html),
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self' http://127.0.0.1:*; frame-ancestors 'none'",
    'cache-control': 'no-store',
  });
  response.end(html);
}
