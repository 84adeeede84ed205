import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from './api-error.ts';
import type { ApiContext, Operation } from './context.ts';
import { jsonServices } from './json-services.ts';
import { asMembers, type Members } from './members.ts';
import { checkGrantedOperation } from '../approvals/node-rights.ts';
import { type CallerScope, receiveServiceRequest } from './service-request.ts';

/** Answers one HTTP request in the AWS JSON 1.1 protocol; every failure becomes an answer. */
export async function answerJsonRequest(
  request: IncomingMessage,
  response: ServerResponse,
  scope: CallerScope,
  context: ApiContext,
): Promise<void> {
  const requestId = randomUUID();
  try {
    const received = await receiveServiceRequest(request, scope, context);
    const { name, operation, service } = findOperation(request);
    const { region, callerArn, grantedNode } = received.signed(service);
    received.refuse(name);
    const caller = { arn: callerArn, grantedNode };
    checkGrantedOperation(name, service, caller);
    send(response, requestId, 200, operation(parseBody(received.body), context, region, caller));
  } catch (error) {
    const known =
      error instanceof ApiError ? error : new ApiError('InternalServerError', 'Internal failure.', 500);
    response.setHeader('x-amzn-errortype', known.code);
    // Clients read the sentence from either name; the real services differ in which they use.
    send(response, requestId, known.httpStatus, {
      __type: known.code,
      Message: known.message,
      message: known.message,
    });
  }
}

function findOperation(request: IncomingMessage): { name: string; operation: Operation; service: string } {
  const target = request.headers['x-amz-target'];
  if (request.method === 'POST' && typeof target === 'string') {
    for (const { targetPrefix, signingName, operations } of jsonServices) {
      const name = target.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : '';
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (operation) return { name, operation, service: signingName };
    }
  }
  throw new ApiError('UnknownOperationException', 'The requested operation is not known here.');
}

function parseBody(body: Buffer): Members {
  try {
    return asMembers(JSON.parse(body.length === 0 ? '{}' : body.toString()), 'request');
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError('SerializationException', 'The request body is not JSON.');
  }
}

function send(response: ServerResponse, requestId: string, status: number, answer: object): void {
  const body = Buffer.from(JSON.stringify(answer));
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'content-length': body.length,
    'x-amzn-requestid': requestId,
  });
  response.end(body);
}
