import {
  DescribeInstanceInformationCommand,
  DescribeSessionsCommand,
  GetDocumentCommand,
  ListDocumentsCommand,
  ResumeSessionCommand,
  SSMClient,
  type Session,
  StartSessionCommand,
  TerminateSessionCommand,
} from '@aws-sdk/client-ssm';
import type { AwsCredentialIdentity } from '@aws-sdk/types';
import { type DocumentPage, type DocumentScope, preferencesDocumentName } from '../shared/document-facts.ts';
import { AppError } from '../shared/errors.ts';
import type { ManagedNode } from '../shared/inventory.ts';
import type { DocumentParameters } from '../shared/models.ts';
import { missingFeature } from './agent-features.ts';
import { answerList, answerText } from './answer-members.ts';
import { clientConfig, networkOf } from './client-config.ts';
import { type AwsCredentials, forgetCredentials } from './credentials.ts';
import { type DataKey, type DataKeyRequest, DataKeys } from './data-key.ts';
import { type CallContext, toAppError } from './errors.ts';
import { type InstanceFacts, Instances } from './instances.ts';
import { atGateway } from './gateway-url.ts';
import { LazyClient } from './lazy-client.ts';
import { documentsPerPage, ownerOf, toListedDocument } from './listed-document.ts';
import { toManagedNode } from './managed-node.ts';
import { lookAround } from './network/client-settings.ts';
import type { NetworkSettings } from './network/network-settings.ts';
import type { TunnelSettings } from './network/tunnel-agent.ts';
import { classifyResumeError, type ResumeVerdict } from './resume-verdict.ts';
import {
  type DocumentAnswer,
  handshakeOf,
  judgeDocument,
  type SessionDocument,
  type SessionType,
  toSessionDocument,
} from './session-document.ts';
import { signUpgrade } from './sign-upgrade.ts';

export interface ControlPlaneOptions {
  region: string;
  /** Instead of the Region's own. http: for loopback addresses only. */
  endpoint?: string;
  /** The same for KMS, which encrypted sessions need. */
  kmsEndpoint?: string;
  /** The same for EC2, which knows the names and tags of nodes. */
  ec2Endpoint?: string;
  /** The same for STS, which knows whose credentials they are, and for the message gateway. */
  stsEndpoint?: string;
  gatewayEndpoint?: string;
  credentials: AwsCredentials;
  /** Attempts per call, the first one included; left to the SDK (AWS_MAX_ATTEMPTS, config file, 3) when absent. */
  maxAttempts?: number;
  retryMode?: 'standard' | 'adaptive';
  /** Shared profile that the credentials come from: its other settings hold for the calls, and hints name it. */
  profileName?: string;
  /** What the user calls the profile; errors name it. */
  displayName?: string;
  /** What this profile has beside the options above, which go before it. */
  network?: NetworkSettings;
}

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
  /** Something to tell that did not stop the start. */
  warning?: string;
}

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

export interface NodePage {
  nodes: ManagedNode[];
  /** Absent on the last page. */
  nextToken?: string;
}

/** The calls to Systems Manager for one Region and one identity. All rejections are {@link AppError}. */
export interface ControlPlane {
  /** Checks the document first; see {@link judgeDocument}. */
  startSession(request: StartSessionRequest): Promise<StartedSession>;
  /** An empty `tokenValue` says that the session is gone (protocol notes, section 1.1). */
  resumeSession(sessionId: string): Promise<{ tokenValue: string; streamUrl?: string }>;
  classifyResumeError(error: unknown): ResumeVerdict;
  /** Resolves as well when the session had already ended. */
  terminateSession(sessionId: string): Promise<void>;
  /** Session documents of one scope, a page of at most 50. @param next where the page before said that this one begins */
  listDocuments(scope: DocumentScope, next?: string): Promise<DocumentPage>;
  /** Rejects with `document-not-session` for a document of another type, `document-denied` where it may not be read. */
  readDocument(name: string): Promise<SessionDocument>;
  /** The data key of an encrypted session, from KMS. */
  generateDataKey(request: DataKeyRequest): Promise<DataKey>;
  /** Pages of at most 200. @param owner only those of this caller, an ARN as DescribeSessions gives it */
  listActiveSessions(owner?: string): AsyncIterable<ActiveSession[]>;
  /** Undefined when neither the active sessions nor the history holds it. */
  describeSession(sessionId: string): Promise<SessionDescription | undefined>;
  /** One node as DescribeInstanceInformation has it; undefined where no such node is registered. */
  findNode(id: string): Promise<ManagedNode | undefined>;
  /** Pages of at most 50, as they arrive. @param from `nextToken` of the page after which to go on */
  listNodes(from?: string): AsyncIterable<NodePage>;
  /** What EC2 knows of these instances; those that it does not know are left out. */
  describeInstances(ids: readonly string[]): Promise<InstanceFacts[]>;
  /** Headers for the WebSocket upgrade; none when the URL is presigned. */
  signUpgrade(url: string): Promise<Record<string, string>>;
  /** Gives up what is under way and lets go of the connections. May be called twice. */
  close(): void;
}

/** The largest page that DescribeInstanceInformation gives. */
const nodesPerPage = 50;

/** The largest page that DescribeSessions gives. */
const sessionsPerPage = 200;

export function createControlPlane(options: ControlPlaneOptions): ControlPlane {
  const { region } = options;
  const closing = new AbortController();
  /** Those that the calls are signed with. */
  let keys: AwsCredentialIdentity | undefined;
  const credentials = remembering(options.credentials, (given) => {
    keys = given;
  });

  const client = new LazyClient(
    async () => new SSMClient(await clientConfig('ssm', { ...options, credentials })),
  );

  const contextOf = (attempted: string, operation: string, documentName?: string): CallContext => ({
    attempted,
    operation,
    region,
    ...(documentName !== undefined && { documentName }),
    ...(options.profileName !== undefined && { profileName: options.profileName }),
    ...(options.displayName !== undefined && { displayName: options.displayName }),
    hasOwnEndpoint: (options.endpoint ?? options.network?.endpoints?.ssm) !== undefined,
  });

  const call = async <T>(
    context: CallContext,
    run: (ssm: SSMClient, init: { abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T> => {
    try {
      return await run(await client.get(), { abortSignal: closing.signal });
    } catch (error) {
      const accountId = keys?.accountId;
      const told = toAppError(error, { ...context, ...(accountId !== undefined && { accountId }) });
      // A session of a role that the service does not take any more must not be given out again.
      if (told.data.code === 'credentials-expired' && keys !== undefined) forgetCredentials(keys);
      throw told;
    }
  };

  const dataKeys = new DataKeys(
    () => clientConfig('kms', options),
    contextOf('Encrypt the session', 'GenerateDataKey'),
    closing.signal,
  );

  const instances = new Instances(
    () => clientConfig('ec2', options),
    contextOf('Read names and tags', 'DescribeInstances'),
    closing.signal,
  );

  const getDocument = (attempted: string, name: string) =>
    call(contextOf(attempted, 'GetDocument', name), (ssm, init) =>
      ssm.send(new GetDocumentCommand({ Name: name }), init),
    );

  const askForDocument = async (attempted: string, name: string | undefined): Promise<DocumentAnswer> => {
    try {
      return { kind: 'found', document: await getDocument(attempted, name ?? preferencesDocumentName) };
    } catch (error) {
      if (error instanceof AppError) return { kind: 'failed', error };
      throw error;
    }
  };

  const findSession = async (
    sessionId: string,
    state: 'Active' | 'History',
  ): Promise<Session | undefined> => {
    const answer = await call(contextOf('Look the session up', 'DescribeSessions'), (ssm, init) =>
      ssm.send(
        new DescribeSessionsCommand({ State: state, Filters: [{ key: 'SessionId', value: sessionId }] }),
        init,
      ),
    );
    return answerList(answer.Sessions).find((session) => session.SessionId === sessionId);
  };

  const findNode = async (id: string): Promise<ManagedNode | undefined> => {
    const answer = await call(contextOf(`Look up ${id}`, 'DescribeInstanceInformation'), (ssm, init) =>
      ssm.send(
        new DescribeInstanceInformationCommand({ Filters: [{ Key: 'InstanceIds', Values: [id] }] }),
        init,
      ),
    );
    return answerList(answer.InstanceInformationList)
      .flatMap((information) => toManagedNode(information) ?? [])
      .find((node) => node.id === id);
  };

  /** An agent that does not know a kind of session never answers, so it is refused here. What cannot be told passes. */
  const assertAgentCan = async (
    attempted: string,
    target: string,
    document: SessionDocument | undefined,
    knownVersion: string | undefined,
  ): Promise<void> => {
    if (document === undefined || knownVersion === undefined) return;
    if (missingFeature(knownVersion, document) === undefined) return;
    const current = await findNode(target).catch(() => undefined);
    const missing = current && missingFeature(current.agentVersion, document);
    if (!missing) return;
    throw new AppError({
      code: 'agent-too-old',
      attempted,
      message: `The agent of the node is ${current.agentVersion}; ${missing.what} need ${missing.since} or later.`,
      hint: 'Update the SSM Agent of the node, for example with the document AWS-UpdateSSMAgent.',
      retryable: false,
      where: { region, ...(options.displayName !== undefined && { profileName: options.displayName }) },
    });
  };

  return {
    async startSession({ target, documentName, reason, parameters, sessionTypes, agentVersion }) {
      const attempted = `Start a session on ${target}`;
      const { document, warning } = judgeDocument(await askForDocument(attempted, documentName), {
        attempted,
        ...(documentName !== undefined && { name: documentName }),
        ...(sessionTypes !== undefined && { sessionTypes }),
      });
      await assertAgentCan(attempted, target, document, agentVersion);
      const given = typeof parameters === 'function' ? parameters(document) : parameters;
      const answer = await call(contextOf(attempted, 'StartSession', documentName), (ssm, init) =>
        ssm.send(
          new StartSessionCommand({
            Target: target,
            ...(documentName !== undefined && { DocumentName: documentName }),
            ...(reason !== undefined && { Reason: reason }),
            ...(given !== undefined && { Parameters: given }),
          }),
          init,
        ),
      );
      const sessionId = answerText(answer.SessionId);
      const tokenValue = answerText(answer.TokenValue);
      const streamUrl = answerText(answer.StreamUrl);
      if (!sessionId || !tokenValue || !streamUrl) throw incompleteAnswer(attempted, 'StartSession');
      const { endpoints, proxy, caCertificates } = (await lookAround(networkOf(options), options.profileName))
        .network;
      return {
        sessionId,
        tokenValue,
        streamUrl: atGateway(streamUrl, endpoints?.ssmmessages),
        tunnel: { ...(proxy && { proxy }), ...(caCertificates !== undefined && { caCertificates }) },
        handshake: handshakeOf(document),
        ...(document !== undefined && { document }),
        ...(warning !== undefined && { warning }),
      };
    },

    async resumeSession(sessionId) {
      const attempted = 'Resume the session';
      const answer = await call(contextOf(attempted, 'ResumeSession'), (ssm, init) =>
        ssm.send(new ResumeSessionCommand({ SessionId: sessionId }), init),
      );
      const { TokenValue: tokenValue = '' } = answer;
      // Only the service's own word ends a session: an answer that is none is not taken for an empty token.
      if (typeof tokenValue !== 'string') throw incompleteAnswer(attempted, 'ResumeSession');
      const streamUrl = answerText(answer.StreamUrl);
      if (streamUrl === undefined) return { tokenValue };
      return { tokenValue, streamUrl: atGateway(streamUrl, options.network?.endpoints?.ssmmessages) };
    },

    classifyResumeError,

    async terminateSession(sessionId) {
      try {
        await call(contextOf('End the session', 'TerminateSession'), (ssm, init) =>
          ssm.send(new TerminateSessionCommand({ SessionId: sessionId }), init),
        );
      } catch (error) {
        if (error instanceof AppError && error.data.code === 'session-gone') return;
        throw error;
      }
    },

    async listDocuments(scope, next) {
      const answer = await call(contextOf('List the session documents', 'ListDocuments'), (ssm, init) =>
        ssm.send(
          new ListDocumentsCommand({
            Filters: [
              { Key: 'DocumentType', Values: ['Session'] },
              { Key: 'Owner', Values: [ownerOf[scope]] },
            ],
            MaxResults: documentsPerPage,
            ...(next !== undefined && { NextToken: next }),
          }),
          init,
        ),
      );
      const following = answerText(answer.NextToken);
      return {
        documents: answerList(answer.DocumentIdentifiers).flatMap(
          (identifier) => toListedDocument(identifier, region) ?? [],
        ),
        ...(following !== undefined && { next: following }),
      };
    },

    async readDocument(name) {
      const attempted = `Read the session document ${name}`;
      return toSessionDocument(await getDocument(attempted, name), name, attempted);
    },

    generateDataKey: (request) => dataKeys.generate(request),

    async *listActiveSessions(owner) {
      let nextToken: string | undefined;
      do {
        const token = nextToken;
        const answer = await call(contextOf('List the active sessions', 'DescribeSessions'), (ssm, init) =>
          ssm.send(
            new DescribeSessionsCommand({
              State: 'Active',
              MaxResults: sessionsPerPage,
              ...(owner !== undefined && { Filters: [{ key: 'Owner', value: owner }] }),
              ...(token !== undefined && { NextToken: token }),
            }),
            init,
          ),
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
    },

    async describeSession(sessionId) {
      const session = (await findSession(sessionId, 'Active')) ?? (await findSession(sessionId, 'History'));
      if (!session) return undefined;
      const owner = answerText(session.Owner);
      const status = answerText(session.Status);
      const longest = answerText(session.MaxSessionDuration) ?? '';
      return {
        ...(owner !== undefined && { owner }),
        ...(status !== undefined && { status }),
        ...(/^[1-9]\d{0,3}$/.test(longest) && { maxMinutes: Number(longest) }),
      };
    },

    findNode,

    async *listNodes(from) {
      let nextToken = from;
      do {
        const token = nextToken;
        const answer = await call(
          contextOf('List the managed nodes', 'DescribeInstanceInformation'),
          (ssm, init) =>
            ssm.send(
              new DescribeInstanceInformationCommand({
                MaxResults: nodesPerPage,
                ...(token !== undefined && { NextToken: token }),
              }),
              init,
            ),
        );
        nextToken = answerText(answer.NextToken);
        yield {
          nodes: answerList(answer.InstanceInformationList).flatMap(
            (information) => toManagedNode(information) ?? [],
          ),
          ...(nextToken !== undefined && { nextToken }),
        };
      } while (nextToken !== undefined);
    },

    describeInstances: (ids) => instances.describe(ids),

    async signUpgrade(url) {
      const context = contextOf('Sign the connection to the session', 'Upgrade');
      // The client's own provider is asked, since it keeps credentials until they run out.
      return call(context, async (ssm) => signUpgrade(url, { region, credentials: ssm.config.credentials }));
    },

    close() {
      closing.abort();
      client.destroy();
      dataKeys.close();
      instances.close();
    },
  };
}

function remembering(
  credentials: AwsCredentials,
  onGiven: (keys: AwsCredentialIdentity) => void,
): AwsCredentials {
  if (typeof credentials !== 'function') return credentials;
  return async (caller) => {
    const keys = await credentials(caller);
    onGiven(keys);
    return keys;
  };
}

function incompleteAnswer(attempted: string, operation: string): AppError {
  return new AppError({
    code: 'endpoint-unreachable',
    attempted,
    message: `The answer to ${operation} lacks the session id, the token or the stream URL.`,
    hint: 'Check that the endpoint is that of Systems Manager.',
    retryable: false,
  });
}
