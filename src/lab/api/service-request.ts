import type { IncomingMessage } from 'node:http';
import { ApiError, expiredToken } from './api-error.ts';
import type { ApiContext } from './context.ts';
import { type Signed, type SignatureScope, verifySignature } from './signature.ts';

/** Who may call the services of the endpoint, whichever of them it is. */
export type CallerScope = Omit<SignatureScope, 'service'>;

/** A request that was received whole, for a service of the endpoint. */
export interface ServiceRequest {
  readonly body: Buffer;
  /** Whose it is, once its signature for this service has been found good. Throws the {@link ApiError} that AWS would answer. */
  signed(service: string): Signed;
  /** Throws what was asked for on the control URL to go wrong with the next call of this operation. */
  refuse(operation: string): void;
}

/** StartSession parameters may be long (65,535 a value); nothing legitimate is longer than this, in bytes. */
const maxBodyBytes = 1024 * 1024;

export async function receiveServiceRequest(
  request: IncomingMessage,
  scope: CallerScope,
  context: ApiContext,
): Promise<ServiceRequest> {
  const body = await readBody(request, maxBodyBytes);
  return {
    body,
    signed(service) {
      const signed = verifySignature(
        { method: request.method ?? '', target: request.url ?? '/', headers: request.headers, body },
        { ...scope, service },
        context.now(),
      );
      if (context.areCredentialsExpired) throw expiredToken();
      return signed;
    },
    refuse(operation) {
      const refusal = context.takeRefusal(operation);
      if (refusal) throw refusal;
    },
  };
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
