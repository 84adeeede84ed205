import { randomBytes } from 'node:crypto';
import type { LabDocument } from './document-model.ts';
import { labAccountId } from './lab-account.ts';
import type { LabNode } from './nodes.ts';

/** `Session.Status` of the service model. */
export type SessionStatus =
  | 'Connecting'
  | 'Connected'
  | 'Disconnected'
  | 'Terminating'
  | 'Terminated'
  | 'Failed';

/** What the service remembers of a session, live or ended. */
export interface SessionRecord {
  id: string;
  target: string;
  node: LabNode;
  document: LabDocument;
  /** The name as StartSession gave it; absent for the default document. */
  documentName: string | undefined;
  reason: string | undefined;
  owner: string;
  parameters: ReadonlyMap<string, string>;
  status: SessionStatus;
  /** Epoch milliseconds. */
  startedAt: number;
  endedAt: number | undefined;
  /** True once a client has opened its data channel; a session that ends before is `Failed`. */
  everConnected: boolean;
  /** The token that the next OpenDataChannel must carry; each is good for one connection. */
  token: string | undefined;
  /** Minutes; absent when the document sets none. */
  maxDurationMinutes: number | undefined;
  idleTimeoutMinutes: number;
}

export const callerName = 'lab-user';
export const callerArn = `arn:aws:iam::${labAccountId}:user/${callerName}`;

/** `<caller>-<17 hex digits>`, the older of the two shapes the service uses. */
export function newSessionId(prefix = callerName): string {
  return `${prefix}-${randomBytes(9).toString('hex').slice(0, 17)}`;
}

/**
 * Within the 300 characters that the model of Systems Manager allows; that of ECS knows no limit, and its tokens are longer.
 * Base64, like real tokens, so it holds `+` and `/`.
 */
export function newToken(target: string): string {
  return `AAEAA${randomBytes(target.startsWith('ecs:') ? 700 : 160).toString('base64')}`;
}

export function isLive(record: SessionRecord): boolean {
  return record.status !== 'Terminated' && record.status !== 'Failed';
}

/** Minutes out of a document input: a text of digits within bounds, else the fallback. */
export function minutesInput(value: unknown, min: number, max: number): number | undefined {
  if (typeof value !== 'string' || !/^\d{1,4}$/.test(value)) return undefined;
  const minutes = Number(value);
  return minutes >= min && minutes <= max ? minutes : undefined;
}
