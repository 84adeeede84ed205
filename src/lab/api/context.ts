import type { Caller, LabApprovals } from '../approvals/lab-approvals.ts';
import type { LabDocument } from '../document-model.ts';
import type { LabDocuments } from '../documents.ts';
import type { LabIdentity } from '../identity/lab-identity.ts';
import type { LabTask } from '../ecs/lab-tasks.ts';
import type { LabKms } from '../kms/lab-kms.ts';
import type { LabNode } from '../nodes.ts';
import type { SessionRecord } from '../session-record.ts';
import type { ApiError } from './api-error.ts';

/** What the operations need of the lab around them. */
export interface ApiContext {
  nodesIn(region: string): readonly LabNode[];
  /** Tasks of ECS, those that have stopped included. */
  tasksIn(region: string): readonly LabTask[];
  /** What StartSession may name: a node, or a container. */
  findTarget(region: string, target: string): LabNode | undefined;
  readonly kms: LabKms;
  readonly identity: LabIdentity;
  readonly documents: LabDocuments;
  readonly approvals: LabApprovals;
  /** Set on the control URL: every signed request is then refused. */
  readonly areCredentialsExpired: boolean;
  now(): number;
  /** What was asked for on the control URL to go wrong with the next call of this operation. */
  takeRefusal(operation: string): ApiError | undefined;
  /** Oldest first, ended ones included as long as they are remembered. */
  sessions(): readonly SessionRecord[];
  findSession(id: string): SessionRecord | undefined;
  /** Whether the agent half can run sessions of the document's type. */
  canRun(document: LabDocument): boolean;
  openSession(request: OpenRequest): SessionRecord;
  /** Makes and remembers a token for the session's next connection. */
  issueToken(record: SessionRecord): string;
  streamUrl(record: SessionRecord): string;
  endSession(record: SessionRecord): void;
  /** What an injected fault makes of a ResumeSession: an error, or `gone` for an empty token. */
  resumeFault(record: SessionRecord): ApiError | 'gone' | undefined;
}

export interface OpenRequest {
  node: LabNode;
  target: string;
  document: LabDocument;
  documentName: string | undefined;
  reason: string | undefined;
  parameters: ReadonlyMap<string, string>;
  /** What the id begins with; the caller's name where absent. */
  idPrefix?: string;
}

/**
 * Answers one call, which was signed for `region`; throws ApiError. The answer becomes JSON as it is; times are epoch
 * seconds.
 */
export type Operation = (
  members: Readonly<Record<string, unknown>>,
  context: ApiContext,
  region: string,
  caller: Caller,
) => object;

/** AWS JSON writes a time as a number of seconds since the epoch. */
export function epochSeconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}
