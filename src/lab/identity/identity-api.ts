import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from '../api/api-error.ts';
import { asMembers } from '../api/members.ts';
import { readBody } from '../api/service-request.ts';
import type { LabIdentity } from './lab-identity.ts';
import { oidcOperations, textMembers } from './oidc-api.ts';
import { portalOperations, tokenHeader } from './portal-api.ts';
import { answerPage, isPage, queryOf } from './page-requests.ts';

/** Of the sign-in with the console. */
const consoleTokenPath = '/v1/token';

const maxBodyBytes = 64 * 1024;

export interface IdentitySurroundings {
  identity: LabIdentity;
  /** The lab's own address. */
  endpoint: string;
  takeRefusal(operation: string): ApiError | undefined;
}

/** Whether a request is for IAM Identity Center, which answers on the lab's one endpoint. */
export function isForIdentity(request: IncomingMessage): boolean {
  const path = pathOf(request);
  return (
    path === consoleTokenPath ||
    oidcOperations.has(path) ||
    portalOperations.has(`${request.method} ${path}`) ||
    isPage(path)
  );
}

export async function answerIdentityRequest(
  request: IncomingMessage,
  response: ServerResponse,
  around: IdentitySurroundings,
): Promise<void> {
  const path = pathOf(request);
  if (isPage(path)) await answerPage(path, request, response, around.identity);
  else await answerRest(path, request, response, around);
}

async function answerRest(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  { identity, endpoint, takeRefusal }: IdentitySurroundings,
): Promise<void> {
  try {
    const body = await readBody(request, maxBodyBytes);
    const refusal = takeRefusal(operationNames[path] ?? '');
    if (refusal) throw refusal;
    if (path === consoleTokenPath) {
      const members = asMembers(parseJson(body), 'request');
      send(
        response,
        200,
        identity.console.createToken({
          members: textMembers(members),
          proof: String(request.headers['dpop'] ?? ''),
          url: `${endpoint}${path}`,
        }),
      );
      return;
    }
    const oidc = oidcOperations.get(path);
    if (oidc) {
      send(response, 200, oidc(asMembers(parseJson(body), 'request'), identity, endpoint));
      return;
    }
    const token = String(request.headers[tokenHeader] ?? '');
    identity.signIns.checkToken(token);
    send(
      response,
      200,
      portalOperations.get(`${request.method} ${path}`)?.(queryOf(request), identity, token) ?? {},
    );
  } catch (error) {
    const known =
      error instanceof ApiError ? error : new ApiError('InternalServerException', 'Internal failure.', 500);
    const { message, httpStatus } = known;
    if (path === consoleTokenPath) {
      // Its word for what is wrong stands beside the sentence.
      response.setHeader('x-amzn-errortype', known.code);
      send(response, httpStatus, { error: message, message });
      return;
    }
    const code = known.code === 'ValidationException' ? 'InvalidRequestException' : known.code;
    response.setHeader('x-amzn-errortype', code);
    const oauthName = code.replace(/Exception$/, '').replace(/(?!^)([A-Z])/g, '_$1');
    send(response, httpStatus, { message, error: oauthName.toLowerCase(), error_description: message });
  }
}

/** As faults on the control URL name them. */
const operationNames: Readonly<Record<string, string>> = {
  '/client/register': 'RegisterClient',
  '/device_authorization': 'StartDeviceAuthorization',
  '/token': 'CreateToken',
  '/federation/credentials': 'GetRoleCredentials',
  '/assignment/accounts': 'ListAccounts',
  '/assignment/roles': 'ListAccountRoles',
  '/logout': 'Logout',
  [consoleTokenPath]: 'CreateOAuth2Token',
};

function pathOf(request: IncomingMessage): string {
  const [path = '/'] = (request.url ?? '/').split('?', 1);
  return path;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.length === 0 ? '{}' : body.toString());
  } catch {
    throw new ApiError('InvalidRequestException', 'The request body is not JSON.');
  }
}

function send(response: ServerResponse, status: number, answer: object): void {
  const body = Buffer.from(JSON.stringify(answer));
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': body.length,
    'x-amzn-requestid': randomUUID(),
  });
  response.end(body);
}
