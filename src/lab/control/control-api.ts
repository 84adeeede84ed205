import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from '../api/api-error.ts';
import { readBody } from '../api/json-api.ts';
import { type Fault, FaultSyntaxError, parseFault } from '../faults/fault.ts';

/** What the control URL reaches of the lab. */
export interface ControlContext {
  /** False when the fault names a session that is not live. */
  addFault(fault: Fault): boolean;
  describeSessions(): object[];
}

const maxBodyBytes = 64 * 1024;

/**
 * The lab's own control URL, for tests and measurements. Its path holds a secret, which is all that protects it:
 * `POST <control>/faults` takes a fault or a list of them, `GET <control>/sessions` lists sessions with their counts.
 */
export async function answerControlRequest(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  context: ControlContext,
): Promise<void> {
  try {
    if (path === '/sessions' && request.method === 'GET') {
      send(response, 200, { sessions: context.describeSessions() });
    } else if (path === '/faults' && request.method === 'POST') {
      const faults = readFaults(await readBody(request, maxBodyBytes));
      const lost = faults.find((fault) => !context.addFault(fault));
      if (lost) send(response, 404, { error: `there is no live session ${lost.session}` });
      else send(response, 200, { added: faults.length });
    } else {
      send(response, 404, { error: 'not found' });
    }
  } catch (error) {
    if (error instanceof FaultSyntaxError) send(response, 400, { error: error.message });
    else if (error instanceof ApiError) send(response, error.httpStatus, { error: error.message });
    else send(response, 500, { error: 'internal' });
  }
}

function readFaults(body: Buffer): Fault[] {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    throw new FaultSyntaxError('the body is not JSON');
  }
  return (Array.isArray(value) ? (value as unknown[]) : [value]).map(parseFault);
}

function send(response: ServerResponse, status: number, answer: object): void {
  const body = Buffer.from(JSON.stringify(answer));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}
