import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError, expiredToken } from './api-error.ts';
import type { ApiContext, Operation } from './context.ts';
import { asMembers, type Members } from './members.ts';
import { decrypt, generateDataKey } from './operations/data-keys.ts';
import { describeInstanceInformation } from './operations/describe-instance-information.ts';
import { describeSessions } from './operations/describe-sessions.ts';
import { describeDocument, getDocument, listDocuments } from './operations/documents.ts';
import { getConnectionStatus } from './operations/get-connection-status.ts';
import { resumeSession } from './operations/resume-session.ts';
import { startSession } from './operations/start-session.ts';
import { terminateSession } from './operations/terminate-session.ts';
import { type SignatureScope, verifySignature } from './signature.ts';

/** One service of the endpoint: which calls are its own, and for which name they are signed. */
interface Service {
  /** What `X-Amz-Target` begins with. */
  targetPrefix: string;
  signingName: string;
  operations: ReadonlyMap<string, Operation>;
}

/** The APIs over HTTP, in the AWS JSON 1.1 protocol (protocol notes, sections 1.1 and 5.5). */
const services: readonly Service[] = [
  {
    targetPrefix: 'AmazonSSM.',
    signingName: 'ssm',
    operations: new Map(
      Object.entries({
        StartSession: startSession,
        ResumeSession: resumeSession,
        TerminateSession: terminateSession,
        DescribeSessions: describeSessions,
        DescribeInstanceInformation: describeInstanceInformation,
        GetConnectionStatus: getConnectionStatus,
        GetDocument: getDocument,
        DescribeDocument: describeDocument,
        ListDocuments: listDocuments,
      }),
    ),
  },
  {
    targetPrefix: 'TrentService.',
    signingName: 'kms',
    operations: new Map(Object.entries({ GenerateDataKey: generateDataKey, Decrypt: decrypt })),
  },
];

/** StartSession parameters may be long (65,535 a value); nothing legitimate is longer than this, in bytes. */
const maxBodyBytes = 1024 * 1024;

/** Answers one HTTP request; every failure becomes an answer. */
export async function answerApiRequest(
  request: IncomingMessage,
  response: ServerResponse,
  scope: Omit<SignatureScope, 'service'>,
  context: ApiContext,
): Promise<void> {
  const requestId = randomUUID();
  try {
    const body = await readBody(request, maxBodyBytes);
    const { name, operation, service } = findOperation(request);
    const { region } = verifySignature(
      { method: request.method ?? '', target: request.url ?? '/', headers: request.headers, body },
      { ...scope, service },
      context.now(),
    );
    if (context.areCredentialsExpired) throw expiredToken();
    const refusal = context.takeRefusal(name);
    if (refusal) throw refusal;
    send(response, requestId, 200, operation(parseBody(body), context, region));
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

/** The whole body; refuses one of more than `limit` bytes. Rejects when the caller goes away meanwhile. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit)
      throw new ApiError('RequestEntityTooLargeException', 'The request body is too large.', 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function findOperation(request: IncomingMessage): { name: string; operation: Operation; service: string } {
  const target = request.headers['x-amz-target'];
  if (request.method === 'POST' && typeof target === 'string') {
    for (const { targetPrefix, signingName, operations } of services) {
      const name = target.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : '';
      const operation = operations.get(name);
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
