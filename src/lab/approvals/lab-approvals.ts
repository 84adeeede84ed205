import { randomBytes } from 'node:crypto';
import { callerName } from '../session-record.ts';
import type { IssuedKey, IssuedKeys } from '../identity/issued-keys.ts';
import { labAccountId } from '../lab-account.ts';

/** `AccessRequestStatus` of the service model. */
export type AccessRequestStatus = 'Pending' | 'Approved' | 'Rejected' | 'Revoked' | 'Expired';

/** What can be done about an access request on the control URL. */
export type Decision = 'approve' | 'reject' | 'revoke' | 'expire';

export interface AccessRequest {
  /** `oi-` and 12 hex digits, as in the service model. */
  id: string;
  nodeId: string;
  reason: string;
  status: AccessRequestStatus;
  /** Who asked: only they get its keys. */
  askedBy: string;
  /** Epoch milliseconds. */
  askedAt: number;
  /** Until when its approval holds; undefined before there is one. */
  approvedUntil: number | undefined;
}

/** What auto-approval grants at the service, and manual approval here where nothing else is said. */
export const approvedForMs = 60 * 60_000;

export interface ApprovalOptions {
  /** Nodes that need an approval; none where absent. */
  nodes?: readonly string[];
  /** Requests are approved so long after they were made, as a policy of auto-approval does; never where absent. */
  autoAfterMs?: number;
}

/** Whose call it is, as far as just-in-time access goes by it. */
export interface Caller {
  arn: string;
  /** Of keys that an approval has given: the one node that they are for. */
  grantedNode: string | undefined;
}

/**
 * Just-in-time node access: which nodes need an approval, who has asked, what was decided, and the keys that came of it. The keys
 * of an approval are good for sessions on its node only, and for as long as it holds.
 */
export class LabApprovals {
  readonly #nodes: Set<string>;
  readonly #requests = new Map<string, AccessRequest>();
  readonly #keys: IssuedKeys;
  readonly #now: () => number;
  /** Milliseconds from a request to its approval; undefined: somebody has to decide. */
  autoAfterMs: number | undefined;

  constructor(keys: IssuedKeys, now: () => number, { nodes = [], autoAfterMs }: ApprovalOptions = {}) {
    this.#keys = keys;
    this.#now = now;
    this.#nodes = new Set(nodes);
    this.autoAfterMs = autoAfterMs;
  }

  /** From now on sessions on that node need an approval, or no longer. */
  setNeeded(nodeId: string, isNeeded: boolean): void {
    if (isNeeded) this.#nodes.add(nodeId);
    else this.#nodes.delete(nodeId);
  }

  isNeeded(nodeId: string): boolean {
    return this.#nodes.has(nodeId);
  }

  /** Just-in-time access is on in an account as soon as one of its nodes needs it. */
  get isOn(): boolean {
    return this.#nodes.size > 0;
  }

  ask(nodeId: string, reason: string, askedBy: string): AccessRequest {
    const request: AccessRequest = {
      id: `oi-${randomBytes(6).toString('hex')}`,
      nodeId,
      reason,
      status: 'Pending',
      askedBy,
      askedAt: this.#now(),
      approvedUntil: undefined,
    };
    this.#requests.set(request.id, request);
    return request;
  }

  find(id: string): AccessRequest | undefined {
    const request = this.#requests.get(id);
    if (request !== undefined) this.#passTime(request);
    return request;
  }

  list(): AccessRequest[] {
    return [...this.#requests.keys()].flatMap((id) => this.find(id) ?? []);
  }

  /** Keys for the node of an approved request; good until its approval runs out. */
  issueKeys({ askedBy, nodeId, approvedUntil = this.#now() }: AccessRequest): IssuedKey {
    const name = askedBy.split('/').at(-1) ?? callerName;
    const arn = `arn:aws:sts::${labAccountId}:assumed-role/SSM-JustInTimeAccessTokenRole/${name}`;
    return this.#keys.issue(arn, approvedUntil, nodeId);
  }

  /** @param id of one request, or `all`. @param keyMs how long an approval holds. Answers how many requests it was about. */
  decide(id: string, decision: Decision, keyMs = approvedForMs): number {
    const chosen = id === 'all' ? this.list() : [this.find(id) ?? []].flat();
    for (const request of chosen) this.#decide(request, decision, keyMs);
    return chosen.length;
  }

  #decide(request: AccessRequest, decision: Decision, keyMs: number): void {
    switch (decision) {
      case 'approve':
        if (request.status !== 'Pending') return;
        request.status = 'Approved';
        request.approvedUntil = this.#now() + keyMs;
        return;
      case 'reject':
        if (request.status === 'Pending') request.status = 'Rejected';
        return;
      case 'revoke':
      case 'expire':
        request.status = decision === 'revoke' ? 'Revoked' : 'Expired';
        this.#keys.expireNode(request.nodeId, this.#now());
    }
  }

  #passTime(request: AccessRequest): void {
    const now = this.#now();
    const { autoAfterMs } = this;
    if (request.status === 'Pending' && autoAfterMs !== undefined && request.askedAt + autoAfterMs <= now)
      this.#decide(request, 'approve', approvedForMs);
    if (request.status === 'Approved' && (request.approvedUntil ?? 0) <= now) request.status = 'Expired';
  }
}
