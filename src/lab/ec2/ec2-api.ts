import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError, expiredToken } from '../api/api-error.ts';
import type { ApiContext } from '../api/context.ts';
import { readBody } from '../api/json-api.ts';
import { type SignatureScope, signedService, verifySignature } from '../api/signature.ts';
import { describeInstances } from './describe-instances.ts';
import { parseForm } from './query-form.ts';
import { element, toXml, type XmlValue } from './xml.ts';

export const signingName = 'ec2';

const apiVersion = '2016-11-15';
const maxBodyBytes = 256 * 1024;

/** EC2 answers on the lab's one endpoint: the signature says for which service a request is. */
export const isForEc2 = (request: IncomingMessage): boolean => signedService(request) === signingName;

/** As much of EC2 as a node list uses, in the query protocol: a form comes in, XML goes out. */
export async function answerEc2Request(
  request: IncomingMessage,
  response: ServerResponse,
  scope: Omit<SignatureScope, 'service'>,
  context: ApiContext,
): Promise<void> {
  const requestId = randomUUID();
  try {
    const body = await readBody(request, maxBodyBytes);
    const { region } = verifySignature(
      { method: request.method ?? '', target: request.url ?? '/', headers: request.headers, body },
      { ...scope, service: signingName },
      context.now(),
    );
    if (context.areCredentialsExpired) throw expiredToken();
    const form = parseForm(body.toString());
    const action = form.get('Action') ?? '';
    if (action !== 'DescribeInstances' || form.get('Version') !== apiVersion) {
      throw new ApiError('InvalidAction', `The action ${action} is not valid for this web service.`);
    }
    const refusal = context.takeRefusal(action);
    if (refusal) throw refusal;
    const answer = describeInstances(form, context.nodesIn(region), region);
    send(response, 200, answerDocument(action, requestId, answer));
  } catch (error) {
    const { code, message, httpStatus } =
      error instanceof ApiError ? error : new ApiError('InternalError', 'Internal failure.', 500);
    send(response, httpStatus, errorDocument(requestId, code, message));
  }
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

function answerDocument(action: string, requestId: string, answer: XmlValue): string {
  const space = `http://ec2.amazonaws.com/doc/${apiVersion}/`;
  const name = `${action}Response`;
  return `${declaration}<${name} xmlns="${space}">${element('requestId', requestId)}${toXml(answer)}</${name}>`;
}

function errorDocument(requestId: string, code: string, message: string): string {
  return (
    declaration +
    element('Response', { Errors: { Error: { Code: code, Message: message } }, RequestID: requestId })
  );
}

function send(response: ServerResponse, status: number, document: string): void {
  const body = Buffer.from(document);
  response.writeHead(status, { 'content-type': 'text/xml;charset=UTF-8', 'content-length': body.length });
  response.end(body);
}
