import { Sha256 } from '@aws-crypto/sha256-js';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Lab } from '../../../src/lab/start-lab.ts';

/** What a caller has to know of a lab, in this process or another. */
type CalledLab = Pick<Lab, 'endpoint' | 'region' | 'accessKeyId' | 'secretAccessKey'>;

export interface ApiAnswer {
  status: number;
  errorType: string | null;
  requestId: string | null;
  body: Record<string, unknown>;
}

export interface CallOptions {
  keys?: { accessKeyId: string; secretAccessKey: string };
  signingDate?: Date;
  /** Changes the request after it has been signed. */
  tamper?: (request: HttpRequest) => void;
}

/** Calls one SSM operation with the SDK's own signer, and answers what came back, errors included. */
export function callApi(
  lab: CalledLab,
  operation: string,
  members: object = {},
  options: CallOptions = {},
): Promise<ApiAnswer> {
  return call(lab, 'ssm', `AmazonSSM.${operation}`, members, options);
}

/** The same for the key service, which answers on the same endpoint. */
export function callKms(
  lab: CalledLab,
  operation: string,
  members: object,
  options: CallOptions = {},
): Promise<ApiAnswer> {
  return call(lab, 'kms', `TrentService.${operation}`, members, options);
}

async function call(
  lab: CalledLab,
  service: string,
  target: string,
  members: object,
  options: CallOptions,
): Promise<ApiAnswer> {
  const url = new URL(lab.endpoint);
  const request = new HttpRequest({
    method: 'POST',
    protocol: 'http:',
    hostname: url.hostname,
    port: Number(url.port),
    path: '/',
    headers: {
      host: url.host,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': target,
    },
    body: JSON.stringify(members),
  });
  const signer = new SignatureV4({
    service,
    region: lab.region,
    credentials: options.keys ?? lab,
    sha256: Sha256,
  });
  const signed = (await signer.sign(
    request,
    options.signingDate ? { signingDate: options.signingDate } : {},
  )) as HttpRequest;
  options.tamper?.(signed);
  const { host: _host, ...headers } = signed.headers;
  const response = await fetch(lab.endpoint, { method: 'POST', headers, body: signed.body as string });
  return {
    status: response.status,
    errorType: response.headers.get('x-amzn-errortype'),
    requestId: response.headers.get('x-amzn-requestid'),
    body: (await response.json()) as Record<string, unknown>,
  };
}

export interface Started {
  SessionId: string;
  TokenValue: string;
  StreamUrl: string;
}

/** Starts a session on the lab's first node. */
export async function start(lab: Lab, members: object = {}): Promise<Started> {
  const answer = await callApi(lab, 'StartSession', { Target: lab.nodes[0]?.id, ...members });
  if (answer.status !== 200) throw new Error(`StartSession answered ${answer.errorType}`);
  return answer.body as unknown as Started;
}

export async function postFaults(lab: Lab, faults: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${lab.control}/faults`, { method: 'POST', body: JSON.stringify(faults) });
  return { status: response.status, body: await response.json() };
}

export interface SessionCounts {
  id: string;
  status: string;
  isConnected: boolean;
  violations: string[];
  connections: number;
  lostWithUnacknowledged: number;
  unacknowledged: number;
  resends: number;
  bytesUp: number;
  bytesDown: number;
  echo: { count: number; p50Ms: number | null; p99Ms: number | null };
}

export async function countsOf(lab: Lab, sessionId: string): Promise<SessionCounts> {
  const response = await fetch(`${lab.control}/sessions`);
  const { sessions } = (await response.json()) as { sessions: SessionCounts[] };
  const found = sessions.find(({ id }) => id === sessionId);
  if (!found) throw new Error(`the lab does not list session ${sessionId}`);
  return found;
}
