import type { IncomingMessage } from 'node:http';
import { signedService } from '../api/signature.ts';
import { ec2 } from '../ec2/ec2-service.ts';
import { sts } from '../identity/sts-service.ts';
import type { QueryService } from './query-service.ts';

const queryServices: readonly QueryService[] = [ec2, sts];

/** Which one a request to the endpoint is for: the signature says so. A form without one is STS's, for a web identity. */
export function queryServiceOf(request: IncomingMessage): QueryService | undefined {
  const name = isUnsignedForm(request) ? sts.signingName : signedService(request);
  return queryServices.find(({ signingName }) => signingName === name);
}

function isUnsignedForm({ method, url, headers }: IncomingMessage): boolean {
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return isForm && method === 'POST' && url?.split('?', 1)[0] === '/' && !headers.authorization;
}
