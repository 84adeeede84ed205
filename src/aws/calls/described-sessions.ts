import { DescribeSessionsCommand, type Session } from '@aws-sdk/client-ssm';
import { answerList, answerText } from '../answer-members.ts';
import type { SsmCaller } from './ssm-caller.ts';

/** What DescribeSessions adds to what is known of a session. `maxMinutes`: after so long the service ends it. */
export interface SessionDescription {
  owner?: string;
  status?: string;
  maxMinutes?: number;
}

/** As DescribeSessions lists it. */
export interface ActiveSession {
  sessionId: string;
  target: string;
  owner?: string;
}

/** The largest page that DescribeSessions gives. */
const sessionsPerPage = 200;

export async function* listActiveSessions(
  caller: SsmCaller,
  owner: string | undefined,
): AsyncGenerator<ActiveSession[]> {
  let nextToken: string | undefined;
  do {
    const token: string | undefined = nextToken;
    const answer = await caller.send(
      caller.contextOf('List the active sessions', 'DescribeSessions'),
      new DescribeSessionsCommand({
        State: 'Active',
        MaxResults: sessionsPerPage,
        ...(owner !== undefined && { Filters: [{ key: 'Owner', value: owner }] }),
        ...(token !== undefined && { NextToken: token }),
      }),
    );
    yield answerList(answer.Sessions).flatMap((session) => {
      const sessionId = answerText(session.SessionId);
      const target = answerText(session.Target);
      const itsOwner = answerText(session.Owner);
      if (sessionId === undefined || target === undefined) return [];
      return [{ sessionId, target, ...(itsOwner !== undefined && { owner: itsOwner }) }];
    });
    nextToken = answerText(answer.NextToken);
  } while (nextToken !== undefined);
}

export async function describeSession(
  caller: SsmCaller,
  sessionId: string,
): Promise<SessionDescription | undefined> {
  const session =
    (await findSession(caller, sessionId, 'Active')) ?? (await findSession(caller, sessionId, 'History'));
  if (!session) return undefined;
  const owner = answerText(session.Owner);
  const status = answerText(session.Status);
  const longest = answerText(session.MaxSessionDuration) ?? '';
  return {
    ...(owner !== undefined && { owner }),
    ...(status !== undefined && { status }),
    ...(/^[1-9]\d{0,3}$/.test(longest) && { maxMinutes: Number(longest) }),
  };
}

async function findSession(
  caller: SsmCaller,
  sessionId: string,
  state: 'Active' | 'History',
): Promise<Session | undefined> {
  const answer = await caller.send(
    caller.contextOf('Look the session up', 'DescribeSessions'),
    new DescribeSessionsCommand({ State: state, Filters: [{ key: 'SessionId', value: sessionId }] }),
  );
  return answerList(answer.Sessions).find((session) => session.SessionId === sessionId);
}
