import {
  DescribeInstanceInformationCommand,
  DescribeSessionsCommand,
  GetDocumentCommand,
  ResumeSessionCommand,
  SSMClient,
  type SSMClientConfig,
  type Session,
  StartSessionCommand,
  TerminateSessionCommand,
} from '@aws-sdk/client-ssm';
import { AppError } from '../shared/errors.ts';
import type { DocumentParameters, ManagedNode } from '../shared/models.ts';
import type { AwsCredentials } from './credentials.ts';
import { assertEndpointSecure, guardEndpoint } from './endpoint-guard.ts';
import { type CallContext, toAppError } from './errors.ts';
import { toManagedNode } from './managed-node.ts';
import { classifyResumeError, type ResumeVerdict } from './resume-verdict.ts';
import { defaultDocumentName, type DocumentAnswer, judgeDocument } from './session-document.ts';
import { signUpgrade } from './sign-upgrade.ts';

export interface ControlPlaneOptions {
  region: string;
  /** Instead of the Region's own. http: for loopback addresses only. */
  endpoint?: string;
  credentials: AwsCredentials;
  /** Attempts per call, the first one included; left to the SDK (AWS_MAX_ATTEMPTS, config file, 3) when absent. */
  maxAttempts?: number;
  retryMode?: 'standard' | 'adaptive';
  /** Shared profile that the credentials come from: its other settings hold for the calls, and hints name it. */
  profileName?: string;
  /** Waiting for a connection, and for an answer on it. */
  timeouts?: { connectMs: number; answerMs: number };
}

export interface StartSessionRequest {
  target: string;
  documentName?: string;
  reason?: string;
  parameters?: DocumentParameters;
}

/** `tokenValue` lets its holder take the session over: it goes to the data channel and nowhere else. */
export interface StartedSession {
  sessionId: string;
  tokenValue: string;
  streamUrl: string;
  /** Something to tell that did not stop the start. */
  warning?: string;
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
  /** Undefined when neither the active sessions nor the history holds it. */
  describeSession(sessionId: string): Promise<{ owner?: string; status?: string } | undefined>;
  /** Pages of at most 50, as they arrive. */
  listNodes(): AsyncIterable<ManagedNode[]>;
  /** Headers for the WebSocket upgrade; none when the URL is presigned. */
  signUpgrade(url: string): Promise<Record<string, string>>;
  /** Gives up what is under way and lets go of the connections. May be called twice. */
  close(): void;
}

/** Long enough for a satellite link, short enough to notice a firewall that swallows packets. */
const defaultTimeouts = { connectMs: 6_000, answerMs: 20_000 };

/** The largest page that DescribeInstanceInformation gives. */
const nodesPerPage = 50;

export function createControlPlane(options: ControlPlaneOptions): ControlPlane {
  const { region } = options;
  const closing = new AbortController();
  let client: SSMClient | undefined;

  const contextOf = (attempted: string, operation: string, documentName?: string): CallContext => ({
    attempted,
    operation,
    region,
    ...(documentName !== undefined && { documentName }),
    ...(options.profileName !== undefined && { profileName: options.profileName }),
  });

  /** The client is made on first use, so that a faulty Region or endpoint is an answer to a call like any other. */
  const call = async <T>(
    context: CallContext,
    run: (ssm: SSMClient, init: { abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T> => {
    try {
      client ??= createClient(options);
      return await run(client, { abortSignal: closing.signal });
    } catch (error) {
      throw toAppError(error, context);
    }
  };

  const readDocument = async (
    attempted: string,
    documentName: string | undefined,
  ): Promise<DocumentAnswer> => {
    const name = documentName ?? defaultDocumentName;
    try {
      const document = await call(contextOf(attempted, 'GetDocument', name), (ssm, init) =>
        ssm.send(new GetDocumentCommand({ Name: name }), init),
      );
      return { kind: 'found', document };
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
    return answer.Sessions?.find((session) => session.SessionId === sessionId);
  };

  return {
    async startSession({ target, documentName, reason, parameters }) {
      const attempted = `Start a session on ${target}`;
      const { warning } = judgeDocument(await readDocument(attempted, documentName), documentName, attempted);
      const answer = await call(contextOf(attempted, 'StartSession', documentName), (ssm, init) =>
        ssm.send(
          new StartSessionCommand({
            Target: target,
            ...(documentName !== undefined && { DocumentName: documentName }),
            ...(reason !== undefined && { Reason: reason }),
            ...(parameters !== undefined && { Parameters: parameters }),
          }),
          init,
        ),
      );
      const { SessionId: sessionId, TokenValue: tokenValue, StreamUrl: streamUrl } = answer;
      if (!sessionId || !tokenValue || !streamUrl) throw incompleteAnswer(attempted, 'StartSession');
      return { sessionId, tokenValue, streamUrl, ...(warning !== undefined && { warning }) };
    },

    async resumeSession(sessionId) {
      const answer = await call(contextOf('Resume the session', 'ResumeSession'), (ssm, init) =>
        ssm.send(new ResumeSessionCommand({ SessionId: sessionId }), init),
      );
      return {
        tokenValue: answer.TokenValue ?? '',
        ...(answer.StreamUrl && { streamUrl: answer.StreamUrl }),
      };
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

    async describeSession(sessionId) {
      const session = (await findSession(sessionId, 'Active')) ?? (await findSession(sessionId, 'History'));
      if (!session) return undefined;
      return {
        ...(session.Owner !== undefined && { owner: session.Owner }),
        ...(session.Status !== undefined && { status: session.Status }),
      };
    },

    async *listNodes() {
      let nextToken: string | undefined;
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
        yield (answer.InstanceInformationList ?? []).flatMap(
          (information) => toManagedNode(information) ?? [],
        );
        nextToken = answer.NextToken || undefined;
      } while (nextToken !== undefined);
    },

    async signUpgrade(url) {
      const context = contextOf('Sign the connection to the session', 'Upgrade');
      // The client's own provider is asked, since it keeps credentials until they run out.
      return call(context, async (ssm) => signUpgrade(url, { region, credentials: ssm.config.credentials }));
    },

    close() {
      closing.abort();
      client?.destroy();
    },
  };
}

function createClient(options: ControlPlaneOptions): SSMClient {
  const {
    region,
    endpoint,
    credentials,
    maxAttempts,
    retryMode,
    profileName,
    timeouts = defaultTimeouts,
  } = options;
  // Parsed here: the SDK would read a text without a scheme as something else. Checked here too, so that a bad endpoint that
  // is known beforehand does not cost a sign-in.
  const url = endpoint === undefined ? undefined : new URL(endpoint);
  if (url) assertEndpointSecure(url);
  const config: SSMClientConfig = {
    region,
    credentials,
    requestHandler: {
      connectionTimeout: timeouts.connectMs,
      requestTimeout: timeouts.answerMs,
      throwOnRequestTimeout: true,
    },
    ...(url && { endpoint: url.href }),
    ...(maxAttempts !== undefined && { maxAttempts }),
    ...(retryMode !== undefined && { retryMode }),
    ...(profileName !== undefined && { profile: profileName }),
  };
  const client = new SSMClient(config);
  guardEndpoint(client);
  return client;
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
