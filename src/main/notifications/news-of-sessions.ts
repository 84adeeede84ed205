import type { SessionFacts, SessionSummary } from '../../shared/models.ts';
import type { AccessOutcome } from '../approvals/session-access.ts';
import type { News } from './notifier.ts';

/** Undefined once it is no longer about to end. */
export function cutOffNews(
  { key, nodeName, profileName, cutOff }: SessionSummary,
  now: number,
): News | undefined {
  if (cutOff === undefined) return undefined;
  const minutes = Math.max(1, Math.round((cutOff.at - now) / 60_000));
  if (cutOff.kind === 'approval') {
    return {
      key,
      title: `The approval for ${oneLine(nodeName)} ends in ${minutes} min`,
      body: `The session goes on. Once its connection is lost, it takes a new approval. ${profileName}`,
    };
  }
  return {
    key,
    title: `The session on ${oneLine(nodeName)} ends in ${minutes} min`,
    body:
      cutOff.kind === 'idle'
        ? `Nothing was typed or shown for a while. Any key in it keeps it open. ${profileName}`
        : `It has reached the longest time that its document allows. ${profileName}`,
  };
}

export function accessNews(
  { key, nodeName, profileName }: Pick<SessionFacts, 'key' | 'nodeName' | 'profileName'>,
  outcome: AccessOutcome,
): News {
  return outcome.kind === 'approved'
    ? {
        key,
        title: `Access to ${oneLine(nodeName)} was approved`,
        body: `The session goes on now. ${profileName}`,
      }
    : {
        key,
        title: `No access to ${oneLine(nodeName)}`,
        body: `${outcome.error.message} ${profileName}`,
      };
}

/** A node names itself: no control characters, and no more than a title has room for. */
function oneLine(name: string): string {
  return name.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').slice(0, 80);
}
