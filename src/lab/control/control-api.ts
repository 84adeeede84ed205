import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from '../api/api-error.ts';
import type { Decision, LabApprovals } from '../approvals/lab-approvals.ts';
import type { LabDocuments } from '../documents.ts';
import { readBody } from '../api/service-request.ts';
import type { LabIdentity } from '../identity/lab-identity.ts';
import type { LabNode } from '../nodes.ts';
import { type Fault, FaultSyntaxError, isSendableCloseCode, parseFault } from '../faults/fault.ts';
import type { Refusal } from '../faults/refusals.ts';

/** What the control URL reaches of the lab. */
export interface ControlContext {
  /** False when the fault names a session that is not live. */
  addFault(fault: Fault): boolean;
  addRefusal(refusal: Refusal): void;
  /** Of one session, or of all there are and will be; refusals as well. */
  clearFaults(sessionId: string | undefined): void;
  /** Drops the connections of one session or of all, or closes them with `code`; answers how many there were. */
  cutConnections(sessionId: string | undefined, code: number | undefined): number;
  /** False when there is no such node. Sessions on a machine that does not run end. */
  setNode(id: string, change: Pick<LabNode, 'online' | 'machine'>): boolean;
  areCredentialsExpired: boolean;
  readonly identity: LabIdentity;
  readonly documents: Pick<LabDocuments, 'setPreferences'>;
  /** Ends the sessions in its containers too. False when there is no such task. */
  stopTask(taskId: string): boolean;
  readonly approvals: LabApprovals;
  describeSessions(): object[];
}

const maxBodyBytes = 64 * 1024;

/**
 * The lab's own control URL, for tests and measurements. Its path holds a secret, which is all that protects it.
 *
 * | request             | body                         |                                                              |
 * |---------------------|------------------------------|--------------------------------------------------------------|
 * | GET /sessions       |                              | sessions with their counts and violations                    |
 * | POST /faults        | a fault, or a list of them   | adds them                                                    |
 * | POST /faults/clear  | `{"session"?}`               | forgets those of a session, or all                           |
 * | POST /refuse        | `{"operation", "code", "message"?, "status"?, "count"?}` | its next calls answer that error, all of them without a count |
 * | POST /cut           | `{"session"?, "code"?}`      | drops the connections there are, or closes them with a code  |
 * | POST /credentials   | `{"expired": true or false}` | signed requests answer ExpiredTokenException, or no longer   |
 * | POST /sign-ins      | `{"revoke"?, "tokenMs"?, "keyMs"?, "intervalS"?}` | ends all sign-ins and their keys; how long those to come last |
 * | POST /tasks/stop    | `{"task"}`                   | the task of ECS with this id stops, and its sessions end     |
 * | POST /preferences   | inputs, or `{"removed": true}` | changes SSM-SessionManagerRunShell, or takes it away        |
 * | POST /nodes         | `{"id", "state", "lingers"?}` | a node's machine or agent goes or comes back, see {@link nodeChange} |
 * | GET /approvals      |                              | access requests: node, reason, status                        |
 * | POST /approvals     | `{"node"?, "needed"?, "accessRequestId"?, "decision"?, "keyMs"?, "autoAfterMs"?}` | whether a node needs an approval; decides about one request or `all` |
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
    } else if (path === '/faults/clear' && request.method === 'POST') {
      const { session } = readMembers(await readBody(request, maxBodyBytes), { session: 'string' });
      context.clearFaults(session);
      send(response, 200, {});
    } else if (path === '/refuse' && request.method === 'POST') {
      const { operation, code, ...rest } = readMembers(await readBody(request, maxBodyBytes), {
        operation: 'string',
        code: 'string',
        message: 'string',
        status: 'number',
        count: 'number',
      });
      if (!operation || !code) throw new FaultSyntaxError('operation and code are needed');
      context.addRefusal({ operation, code, ...rest });
      send(response, 200, {});
    } else if (path === '/cut' && request.method === 'POST') {
      const members = readMembers(await readBody(request, maxBodyBytes), {
        session: 'string',
        code: 'number',
      });
      if (members.code !== undefined && !isSendableCloseCode(members.code))
        throw new FaultSyntaxError('code is a WebSocket close code that may be sent');
      send(response, 200, { cut: context.cutConnections(members.session, members.code) });
    } else if (path === '/credentials' && request.method === 'POST') {
      const { expired } = readMembers(await readBody(request, maxBodyBytes), { expired: 'boolean' });
      context.areCredentialsExpired = expired ?? false;
      send(response, 200, { expired: context.areCredentialsExpired });
    } else if (path === '/sign-ins' && request.method === 'POST') {
      const { revoke, ...spans } = readMembers(await readBody(request, maxBodyBytes), {
        revoke: 'boolean',
        tokenMs: 'number',
        keyMs: 'number',
        intervalS: 'number',
      });
      Object.assign(context.identity.signIns.spans, spans);
      if (revoke === true) context.identity.revokeAll();
      send(response, 200, {});
    } else if (path === '/nodes' && request.method === 'POST') {
      const { id, state, lingers } = readMembers(await readBody(request, maxBodyBytes), {
        id: 'string',
        state: 'string',
        lingers: 'boolean',
      });
      const change = nodeChange(state, lingers ?? false);
      if (context.setNode(id ?? '', change)) send(response, 200, {});
      else send(response, 404, { error: `there is no node ${id ?? ''}` });
    } else if (path === '/tasks/stop' && request.method === 'POST') {
      const { task = '' } = readMembers(await readBody(request, maxBodyBytes), { task: 'string' });
      if (context.stopTask(task)) send(response, 200, {});
      else send(response, 404, { error: `there is no task ${task}` });
    } else if (path === '/preferences' && request.method === 'POST') {
      const inputs = readObject(await readBody(request, maxBodyBytes));
      context.documents.setPreferences(inputs['removed'] === true ? undefined : inputs);
      send(response, 200, {});
    } else if (path === '/approvals' && request.method === 'GET') {
      send(response, 200, { requests: context.approvals.list() });
    } else if (path === '/approvals' && request.method === 'POST') {
      send(response, 200, {
        decided: changeApprovals(await readBody(request, maxBodyBytes), context.approvals),
      });
    } else {
      send(response, 404, { error: 'not found' });
    }
  } catch (error) {
    if (error instanceof FaultSyntaxError) send(response, 400, { error: error.message });
    else if (error instanceof ApiError) send(response, error.httpStatus, { error: error.message });
    else send(response, 500, { error: 'internal' });
  }
}

/**
 * `online` and `offline` are the agent's, its machine running; `stopped` and `terminated` the machine's, and end the sessions on it.
 * With `lingers`, Systems Manager has not missed the agent yet, as is so for minutes at the service.
 */
function nodeChange(state: string | undefined, lingers: boolean): Pick<LabNode, 'online' | 'machine'> {
  switch (state) {
    case 'online':
      return { online: true, machine: 'running' };
    case 'offline':
      return { online: false, machine: 'running' };
    case 'stopped':
    case 'terminated':
      return { online: lingers, machine: state };
    default:
      throw new FaultSyntaxError('state is online, offline, stopped or terminated');
  }
}

/** Answers how many requests were decided about. */
function changeApprovals(body: Buffer, approvals: LabApprovals): number {
  const {
    node,
    needed = true,
    autoAfterMs,
    accessRequestId,
    decision,
    keyMs,
  } = readMembers(body, {
    node: 'string',
    needed: 'boolean',
    autoAfterMs: 'number',
    accessRequestId: 'string',
    decision: 'string',
    keyMs: 'number',
  });
  if ((accessRequestId === undefined) !== (decision === undefined))
    throw new FaultSyntaxError('accessRequestId and decision go together');
  if (decision !== undefined && !isDecision(decision))
    throw new FaultSyntaxError('decision is approve, reject, revoke or expire');
  if (node !== undefined) approvals.setNeeded(node, needed);
  // A negative time: from now on somebody has to decide.
  if (autoAfterMs !== undefined) approvals.autoAfterMs = autoAfterMs < 0 ? undefined : autoAfterMs;
  if (accessRequestId === undefined || decision === undefined) return 0;
  return approvals.decide(accessRequestId, decision, keyMs);
}

function isDecision(text: string): text is Decision {
  return ['approve', 'reject', 'revoke', 'expire'].includes(text);
}

interface MemberTypes {
  string: string;
  number: number;
  boolean: boolean;
}

/** The members of a JSON object, each of its type or absent; an empty body has none. */
function readMembers<Types extends Record<string, keyof MemberTypes>>(
  body: Buffer,
  types: Types,
): { [Name in keyof Types]?: MemberTypes[Types[Name]] } {
  const value = readObject(body);
  for (const [name, member] of Object.entries(value)) {
    // The type that is expected is a value here, so the rule that wants a literal cannot be kept.
    const expected: string | undefined = types[name];
    if (expected === undefined) throw new FaultSyntaxError(`there is no member "${name}"`);
    if (typeof member !== expected) throw new FaultSyntaxError(`${name} is a ${expected}`);
  }
  return value as { [Name in keyof Types]?: MemberTypes[Types[Name]] };
}

function readObject(body: Buffer): Record<string, unknown> {
  const value = body.length === 0 ? {} : readJson(body);
  if (typeof value !== 'object' || value === null) throw new FaultSyntaxError('the body is a JSON object');
  return value as Record<string, unknown>;
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new FaultSyntaxError('the body is not JSON');
  }
}

function readFaults(body: Buffer): Fault[] {
  const value = readJson(body);
  return (Array.isArray(value) ? (value as unknown[]) : [value]).map(parseFault);
}

function send(response: ServerResponse, status: number, answer: object): void {
  const body = Buffer.from(JSON.stringify(answer));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}
