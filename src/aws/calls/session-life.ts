import { ResumeSessionCommand, StartSessionCommand, TerminateSessionCommand } from '@aws-sdk/client-ssm';
import { AppError } from '../../shared/errors.ts';
import type { DocumentParameters } from '../../shared/models.ts';
import { missingFeature } from '../agent-features.ts';
import { answerText } from '../answer-members.ts';
import { networkOf } from '../client-config.ts';
import { atGateway } from '../gateway-url.ts';
import { lookAround } from '../network/client-settings.ts';
import type { TunnelSettings } from '../network/tunnel-agent.ts';
import { handshakeOf, judgeDocument, type SessionDocument, type SessionType } from '../session-document.ts';
import { askForDocument } from './documents.ts';
import { findNode } from './nodes.ts';
import type { SsmCaller } from './ssm-caller.ts';

export interface StartSessionRequest {
  target: string;
  documentName?: string;
  reason?: string;
  /** A function where they depend on what the document offers; it is not known where it may not be read. */
  parameters?: DocumentParameters | ((document: SessionDocument | undefined) => DocumentParameters);
  /** The kinds of session that the caller can carry: another is refused before it starts. Any where absent. */
  sessionTypes?: readonly SessionType[];
  /** Of the node's agent, as the node list has it; asked for anew before it counts against the session. */
  agentVersion?: string;
}

/** `tokenValue` lets its holder take the session over: it goes to the data channel and nowhere else. */
export interface StartedSession {
  sessionId: string;
  tokenValue: string;
  streamUrl: string;
  /** How the data channel is reached, for `tunnelAgent`; as the environment says where absent. Holds a secret. */
  tunnel?: TunnelSettings;
  /** Absent where it could not be looked at. */
  document?: SessionDocument;
  handshake: 'none' | 'expected' | 'unknown';
  /** Started by ECS Exec: no session document has a say in it. */
  isExec?: true;
  /** Something to tell that did not stop the start. */
  warning?: string;
}

/** @param signer whose keys StartSession itself is called with; those of an approval may not read documents */
export async function startSession(
  caller: SsmCaller,
  { target, documentName, reason, parameters, sessionTypes, agentVersion }: StartSessionRequest,
  signer: SsmCaller,
): Promise<StartedSession> {
  const attempted = `Start a session on ${target}`;
  const { document, warning } = judgeDocument(await askForDocument(caller, attempted, documentName), {
    attempted,
    ...(documentName !== undefined && { name: documentName }),
    ...(sessionTypes !== undefined && { sessionTypes }),
  });
  await assertAgentCan(caller, attempted, target, document, agentVersion);
  const given = typeof parameters === 'function' ? parameters(document) : parameters;
  const answer = await signer.send(
    signer.contextOf(attempted, 'StartSession', documentName),
    new StartSessionCommand({
      Target: target,
      ...(documentName !== undefined && { DocumentName: documentName }),
      ...(reason !== undefined && { Reason: reason }),
      ...(given !== undefined && { Parameters: given }),
    }),
  );
  const sessionId = answerText(answer.SessionId);
  const tokenValue = answerText(answer.TokenValue);
  const streamUrl = answerText(answer.StreamUrl);
  if (!sessionId || !tokenValue || !streamUrl) throw incompleteAnswer(attempted, 'StartSession');
  return {
    ...(await withTheWay(caller, { sessionId, tokenValue, streamUrl })),
    handshake: handshakeOf(document),
    ...(document !== undefined && { document }),
    ...(warning !== undefined && { warning }),
  };
}

/** A session that was started, and how its data channel is reached. */
export async function withTheWay(
  { options }: SsmCaller,
  { sessionId, tokenValue, streamUrl }: Pick<StartedSession, 'sessionId' | 'tokenValue' | 'streamUrl'>,
): Promise<Pick<StartedSession, 'sessionId' | 'tokenValue' | 'streamUrl' | 'tunnel'>> {
  const { network } = await lookAround(networkOf(options), options.profileName);
  const { endpoints, proxy, caCertificates } = network;
  return {
    sessionId,
    tokenValue,
    streamUrl: atGateway(streamUrl, endpoints?.ssmmessages),
    tunnel: { ...(proxy && { proxy }), ...(caCertificates !== undefined && { caCertificates }) },
  };
}

export async function resumeSession(
  caller: SsmCaller,
  sessionId: string,
): Promise<{ tokenValue: string; streamUrl?: string }> {
  const attempted = 'Resume the session';
  const answer = await caller.send(
    caller.contextOf(attempted, 'ResumeSession'),
    new ResumeSessionCommand({ SessionId: sessionId }),
  );
  const { TokenValue: tokenValue = '' } = answer;
  // Only the service's own word ends a session: an answer that is none is not taken for an empty token.
  if (typeof tokenValue !== 'string') throw incompleteAnswer(attempted, 'ResumeSession');
  const streamUrl = answerText(answer.StreamUrl);
  if (streamUrl === undefined) return { tokenValue };
  return { tokenValue, streamUrl: atGateway(streamUrl, caller.options.network?.endpoints?.ssmmessages) };
}

export async function terminateSession(caller: SsmCaller, sessionId: string): Promise<void> {
  try {
    await caller.send(
      caller.contextOf('End the session', 'TerminateSession'),
      new TerminateSessionCommand({ SessionId: sessionId }),
    );
  } catch (error) {
    if (error instanceof AppError && error.data.code === 'session-gone') return;
    throw error;
  }
}

/** An agent that does not know a kind of session never answers, so it is refused here. What cannot be told passes. */
async function assertAgentCan(
  caller: SsmCaller,
  attempted: string,
  target: string,
  document: SessionDocument | undefined,
  knownVersion: string | undefined,
): Promise<void> {
  if (document === undefined || knownVersion === undefined) return;
  if (missingFeature(knownVersion, document) === undefined) return;
  const current = await findNode(caller, target).catch(() => undefined);
  const missing = current && missingFeature(current.agentVersion, document);
  if (!missing) return;
  const { region, displayName } = caller.options;
  throw new AppError({
    code: 'agent-too-old',
    attempted,
    message: `The agent of the node is ${current.agentVersion}; ${missing.what} need ${missing.since} or later.`,
    hint: 'Update the SSM Agent of the node, for example with the document AWS-UpdateSSMAgent.',
    retryable: false,
    where: { region, ...(displayName !== undefined && { profileName: displayName }) },
  });
}

export function incompleteAnswer(
  attempted: string,
  operation: string,
  service = 'Systems Manager',
): AppError {
  return new AppError({
    code: 'endpoint-unreachable',
    attempted,
    message: `The answer to ${operation} lacks the session id, the token or the stream URL.`,
    hint: `Check that the endpoint is that of ${service}.`,
    retryable: false,
  });
}
