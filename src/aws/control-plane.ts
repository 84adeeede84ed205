import type { DocumentPage, DocumentScope } from '../shared/document-facts.ts';
import type { ManagedNode } from '../shared/inventory.ts';
import { isContainerTarget } from '../shared/targets.ts';
import {
  type AccessGrant,
  type AccessRequest,
  type AccessStatus,
  grantedCaller,
  readAccess,
  startAccessRequest,
} from './calls/access-requests.ts';
import {
  type ActiveSession,
  describeSession,
  listActiveSessions,
  type SessionDescription,
} from './calls/described-sessions.ts';
import { listDocuments, readDocument } from './calls/documents.ts';
import { findNode, listNodes, type NodePage } from './calls/nodes.ts';
import {
  resumeSession,
  type StartedSession,
  startSession,
  type StartSessionRequest,
  terminateSession,
} from './calls/session-life.ts';
import { createSsmCaller } from './calls/ssm-caller.ts';
import { clientConfig, endingWith } from './client-config.ts';
import type { ControlPlaneOptions } from './control-plane-options.ts';
import { type ContainerPage, listContainers, listServiceContainers } from './containers/list-containers.ts';
import { type ContainerLook, lookAtContainer } from './containers/container-trouble.ts';
import { EcsCalls, execKeyOf } from './containers/ecs-calls.ts';
import { startInContainer } from './containers/start-in-container.ts';
import { type DataKey, type DataKeyRequest, DataKeys } from './data-key.ts';
import { HybridTags } from './hybrid-tags.ts';
import { type InstanceFacts, Instances } from './instances.ts';
import { classifyResumeError, type ResumeVerdict } from './resume-verdict.ts';
import type { SessionDocument } from './session-document.ts';
import { signUpgrade } from './sign-upgrade.ts';

export type {
  AccessGrant,
  AccessRequest,
  AccessStatus,
  ActiveSession,
  ControlPlaneOptions,
  NodePage,
  SessionDescription,
  StartedSession,
  StartSessionRequest,
};

/** The calls to Systems Manager for one Region and one identity. All rejections are {@link AppError}. */
export interface ControlPlane {
  /**
   * Checks the document first; see `judgeDocument`. A container is looked at first; see {@link startInContainer}. Rejects with
   * `approval-needed` where somebody may have to approve it.
   */
  startSession(request: StartSessionRequest): Promise<StartedSession>;
  /** An empty `tokenValue` says that the session is gone (protocol notes, section 1.1). */
  resumeSession(sessionId: string): Promise<{ tokenValue: string; streamUrl?: string }>;
  classifyResumeError(error: unknown): ResumeVerdict;
  /** Resolves as well when the session had already ended. */
  terminateSession(sessionId: string): Promise<void>;
  /** Asks for access to a node, to be approved by somebody or by a policy. @returns the id of the request */
  startAccessRequest(request: AccessRequest): Promise<string>;
  /** How far a request has come, and with an approval its keys: new ones at each call. */
  readAccess(requestId: string): Promise<AccessStatus>;
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
  /** Tags of the hybrid nodes that have any, pages of at most 100. */
  listHybridTags(): AsyncIterable<InstanceFacts[]>;
  /** The containers of ECS, see {@link listContainers}. */
  listContainers(): AsyncIterable<ContainerPage>;
  /** One container as its task has it now, and what stands in the way of a session there. */
  lookAtContainer(target: string): Promise<ContainerLook>;
  /** The key that a cluster's ECS Exec sessions are encrypted with; undefined where there is none. */
  execKeyOf(cluster: string): Promise<string | undefined>;
  /** Those of one service, the best to connect to first, see {@link listServiceContainers}. */
  listServiceContainers(cluster: string, service: string): Promise<ManagedNode[]>;
  /** Headers for the WebSocket upgrade; none when the URL is presigned. */
  signUpgrade(url: string): Promise<Record<string, string>>;
  /** Stops to look for credentials, for good. A call that has them goes on; one that waits for them rejects. */
  giveUpCredentials(): void;
  /** Gives up what is under way and lets go of the connections. May be called twice. */
  close(): void;
}

/** A call to Systems Manager is a file of `calls/` and a line here; another service is a client of its own beside the caller. */
export function createControlPlane(given: ControlPlaneOptions): ControlPlane {
  const searching = new AbortController();
  const options = { ...given, credentials: endingWith(searching.signal, given.credentials) };
  const caller = createSsmCaller(options);
  const { grant } = options;
  const sessions = grant === undefined ? caller : grantedCaller(options, grant);
  const dataKeysWith = (credentials: ControlPlaneOptions['credentials']): DataKeys =>
    new DataKeys(
      () => clientConfig('kms', { ...options, credentials }),
      caller.contextOf('Encrypt the session', 'GenerateDataKey'),
      caller.closing,
    );
  const dataKeys = dataKeysWith(options.credentials);
  const grantedDataKeys = grant === undefined ? undefined : dataKeysWith(grant.credentials);
  const instances = new Instances(
    () => clientConfig('ec2', options),
    caller.contextOf('Read names and tags', 'DescribeInstances'),
    caller.closing,
  );
  const hybridTags = new HybridTags(
    () => clientConfig('tagging', options),
    caller.contextOf('Read the tags of hybrid nodes', 'GetResources'),
    caller.closing,
  );
  const ecs = new EcsCalls(() => clientConfig('ecs', options), caller.contextOf, caller.closing);

  return {
    startSession: (request) =>
      isContainerTarget(request.target)
        ? startInContainer(caller, ecs, request)
        : startSession(caller, request, sessions),
    resumeSession: (sessionId) => resumeSession(sessions, sessionId),
    classifyResumeError,
    terminateSession: (sessionId) => terminateSession(sessions, sessionId),
    startAccessRequest: (request) => startAccessRequest(caller, request),
    readAccess: (requestId) => readAccess(caller, requestId),
    listDocuments: (scope, next) => listDocuments(caller, scope, next),
    readDocument: (name) => readDocument(caller, name),
    generateDataKey: (request) =>
      // AWS lets approved access use keys with a certain tag only; those of the account's own are for the caller.
      grantedDataKeys === undefined
        ? dataKeys.generate(request)
        : grantedDataKeys.generate(request).catch(() => dataKeys.generate(request)),
    listActiveSessions: (owner) => listActiveSessions(caller, owner),
    describeSession: (sessionId) => describeSession(caller, sessionId),
    findNode: (id) => findNode(caller, id),
    listNodes: (from) => listNodes(caller, from),
    describeInstances: (ids) => instances.describe(ids),
    listHybridTags: () => hybridTags.list(),
    listContainers: () => listContainers(ecs),
    lookAtContainer: (target) => lookAtContainer(ecs, target),
    execKeyOf: (cluster) => execKeyOf(ecs, cluster),
    listServiceContainers: (cluster, service) => listServiceContainers(ecs, cluster, service),
    signUpgrade: (url) =>
      // The client's own provider is asked, since it keeps credentials until they run out.
      sessions.attempt(
        sessions.contextOf('Sign the connection to the session', 'Upgrade'),
        async ({ config }) => signUpgrade(url, { region: options.region, credentials: config.credentials }),
      ),
    giveUpCredentials: () => searching.abort(),
    close() {
      searching.abort();
      caller.close();
      sessions.close();
      dataKeys.close();
      grantedDataKeys?.close();
      instances.close();
      hybridTags.close();
      ecs.close();
    },
  };
}
