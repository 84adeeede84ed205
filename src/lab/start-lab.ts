import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Pace } from './agent/pace.ts';
import { answerJsonRequest } from './api/json-api.ts';
import { answerControlRequest } from './control/control-api.ts';
import { startDemoServer } from './demo/demo-server.ts';
import { asNode, makeTasks } from './ecs/lab-tasks.ts';
import type { ApprovalOptions } from './approvals/lab-approvals.ts';
import type { Fault } from './faults/fault.ts';
import { Gateway } from './gateway/gateway.ts';
import { answerIdentityRequest, isForIdentity } from './identity/identity-api.ts';
import type { SignInSpans } from './identity/sign-ins.ts';
import { labRegion } from './lab-account.ts';
import { LabService } from './lab-service.ts';
import { type LabNode, makeNodes } from './nodes.ts';
import { answerQueryRequest } from './query/query-api.ts';
import { queryServiceOf } from './query/query-services.ts';

export interface LabOptions {
  /** 0 or absent: a free one. */
  port?: number;
  /** Where the demo server listens if that port is free, else and when absent at any. */
  demoPort?: number;
  /** How many nodes in all; at least the fixed ones. */
  nodes?: number;
  pace: Pace;
  /** The official agent's known faults too. */
  quirks?: boolean;
  /** For every session to come. */
  faults?: readonly Fault[];
  agentVersion?: string;
  /** The Regions that it answers for, the first one being its own; each has its part of the nodes. */
  regions?: readonly string[];
  /** With clusters, tasks and containers of ECS, in the first Region. */
  ecs?: boolean;
  /** Each connection is closed with code 1000 after this many milliseconds, as the real service does hourly. */
  closeEveryMs?: number;
  /** Sessions whose client breaks the protocol's rules end, with the violation on record. */
  isStrict?: boolean;
  /** Random when absent. */
  keys?: { accessKeyId: string; secretAccessKey: string };
  /** Unacknowledged messages at which the agent stops reading its program; the pace decides when absent. */
  windowMessages?: number;
  /** How long the agent waits for each step of a handshake; 15 s when absent. */
  handshakeTimeoutMs?: number;
  /** How long sign-ins and the keys that come of them last; as at AWS where absent. */
  signInSpans?: Partial<SignInSpans>;
  /** Length of a document's minute in milliseconds, for tests of the time limits. */
  minuteMs?: number;
  /** Plain shell documents beside the fixed ones, for lists of several pages. */
  extraDocuments?: number;
  /** Just-in-time node access: which nodes need an approval; none where absent. */
  approvals?: ApprovalOptions;
}

export interface AnnouncedNode {
  id: string;
  name: string;
  platform: LabNode['platform'];
  online: boolean;
  /** Loopback port of a web server to lead tunnels to; online nodes have one. */
  demoPort?: number;
}

export interface Lab {
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Loopback URL for faults and counts; its path holds a secret. */
  control: string;
  nodes: AnnouncedNode[];
  containers: AnnouncedNode[];
  /** Ends the server, every session and its processes; safe to call twice. */
  close(): Promise<void>;
}

/** Never another address: whoever reaches the lab gets a shell as the user who runs it. */
const address = '127.0.0.1';

/** Starts the lab; rejects when the port cannot be had. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const keys = options.keys ?? randomKeys();
  const regions = options.regions ?? [labRegion];
  const nodes = makeNodes({
    now: Date.now(),
    regions,
    ...(options.nodes === undefined ? {} : { count: options.nodes }),
    ...(options.agentVersion === undefined ? {} : { agentVersion: options.agentVersion }),
  });
  const tasks = options.ecs === true ? makeTasks(regions[0] ?? labRegion, Date.now()) : [];
  const server = createServer();
  const host = () => `${address}:${(server.address() as AddressInfo).port}`;
  const service = new LabService({
    nodes,
    tasks,
    agent: {
      pace: options.pace,
      quirks: options.quirks ?? false,
      ...(options.windowMessages === undefined ? {} : { windowMessages: options.windowMessages }),
      ...(options.handshakeTimeoutMs === undefined ? {} : { handshakeTimeoutMs: options.handshakeTimeoutMs }),
    },
    faults: options.faults ?? [],
    host,
    minuteMs: options.minuteMs ?? 60_000,
    closeEveryMs: options.closeEveryMs,
    isStrict: options.isStrict ?? false,
    extraDocuments: options.extraDocuments ?? 0,
    signInSpans: options.signInSpans ?? {},
    ...(options.approvals === undefined ? {} : { approvals: options.approvals }),
  });
  const scope = { regions, ...keys, issued: service.identity.keys };
  const gateway = new Gateway({
    scope,
    areCredentialsExpired: () => service.areCredentialsExpired,
    findLive: (id) => service.findLive(id),
  });
  const controlPath = `/control/${randomBytes(24).toString('base64url')}`;

  const answer = (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [path = ''] = (request.url ?? '').split('?', 1);
    if (path.startsWith(`${controlPath}/`))
      return answerControlRequest(path.slice(controlPath.length), request, response, service);
    if (isForIdentity(request)) {
      return answerIdentityRequest(request, response, {
        identity: service.identity,
        endpoint: `http://${host()}`,
        takeRefusal: (operation) => service.takeRefusal(operation),
      });
    }
    const queryService = queryServiceOf(request);
    return queryService
      ? answerQueryRequest(queryService, request, response, scope, service)
      : answerJsonRequest(request, response, scope, service);
  };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // A caller that went away meanwhile needs no answer.
    answer(request, response).catch(() => response.destroy());
  });
  server.on('upgrade', (request, socket, head) => gateway.upgrade(request, socket, head));
  server.listen(options.port ?? 0, address);
  await once(server, 'listening');
  const demo = await startDemoServer(options.demoPort);

  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const stopped = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    await Promise.all([service.close(), demo.close()]);
    gateway.close();
    server.closeAllConnections();
    await stopped;
  };
  const announced = ({ id, name, platform, online }: LabNode): AnnouncedNode => ({
    id,
    name,
    platform,
    online,
    ...(online ? { demoPort: demo.port } : {}),
  });
  return {
    endpoint: `http://${host()}`,
    region: regions[0] ?? labRegion,
    ...keys,
    control: `http://${host()}${controlPath}`,
    nodes: nodes.map(announced),
    containers: tasks
      .flatMap((task) => task.containers.flatMap((container) => asNode(task, container) ?? []))
      .map(announced),
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

function randomKeys(): { accessKeyId: string; secretAccessKey: string } {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const id = Array.from(randomBytes(12), (byte) => letters[byte % letters.length]).join('');
  return { accessKeyId: `AKIALAB${id}`, secretAccessKey: randomBytes(30).toString('base64') };
}
