import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from '../api/api-error.ts';
import type { ApiContext } from '../api/context.ts';
import { type CallerScope, receiveServiceRequest } from '../api/service-request.ts';
import { parseForm } from './query-form.ts';
import type { QueryService } from './query-service.ts';

/** Answers one HTTP request in the query protocol; every failure becomes an answer. */
export async function answerQueryRequest(
  service: QueryService,
  request: IncomingMessage,
  response: ServerResponse,
  scope: CallerScope,
  context: ApiContext,
): Promise<void> {
  const requestId = randomUUID();
  const { operations, openOperations = {} } = service;
  try {
    const received = await receiveServiceRequest(request, scope, context);
    const form = parseForm(received.body.toString());
    const action = form.get('Action') ?? '';
    const isOpen = Object.hasOwn(openOperations, action);
    const signed = isOpen ? undefined : received.signed(service.signingName);
    const isKnown = isOpen || Object.hasOwn(operations, action);
    if (!isKnown || form.get('Version') !== service.apiVersion) {
      throw new ApiError('InvalidAction', `Could not find operation ${action}`);
    }
    received.refuse(action);
    const answer =
      signed === undefined
        ? openOperations[action]?.(form, context)
        : operations[action]?.(form, context, signed);
    send(response, requestId, 200, service.answerDocument(action, requestId, answer ?? {}));
  } catch (error) {
    const known =
      error instanceof ApiError ? error : new ApiError('InternalFailure', 'Internal failure.', 500);
    send(response, requestId, known.httpStatus, service.errorDocument(requestId, known));
  }
}

function send(response: ServerResponse, requestId: string, status: number, document: string): void {
  const body = Buffer.from(document);
  response.writeHead(status, {
    'content-type': 'text/xml;charset=UTF-8',
    'content-length': body.length,
    'x-amzn-requestid': requestId,
  });
  response.end(body);
}
