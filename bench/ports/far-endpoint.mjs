import { fork } from 'node:child_process';
import { join } from 'node:path';
import {
  DescribeInstanceInformationCommand,
  SSMClient,
  StartSessionCommand,
  TerminateSessionCommand,
} from '@aws-sdk/client-ssm';

/**
 * A far side that is somebody else's: an endpoint of the SSM API, whose first node that is online is measured with. The
 * destination of a tunnel is a program of ours on this machine, so the node has to be this machine too.
 *
 * Credentials and Region are those of the environment. Answers the shape of `openFarSide`.
 *
 * @param {string} endpoint
 * @param {string} folder for what clients leave lying about
 */
export async function openFarEndpoint(endpoint, folder) {
  const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1';
  const client = new SSMClient({ endpoint, region });
  const target = await firstOnline(client, endpoint);
  const destinations = openDestinations();
  /** Ports of the destinations by session. @type {Map<string, number>} */
  const ports = new Map();
  const started = new Set();
  const end = async (sessionId) => {
    started.delete(sessionId);
    await client.send(new TerminateSessionCommand({ SessionId: sessionId })).catch(() => {});
  };
  return {
    name: endpoint,
    pid: undefined,
    /** @param {{ kind: 'port', localPort: number } | { kind: 'shell', traffic?: object }} spec */
    start: async (spec) => {
      if (spec.traffic !== undefined)
        throw new Error('The far side of --endpoint cannot print at a steady rate; leave --endpoint out.');
      const isPort = spec.kind === 'port';
      const port = isPort ? await destinations.open() : undefined;
      const request = {
        Target: target,
        ...(isPort && {
          DocumentName: 'AWS-StartPortForwardingSession',
          Parameters: { portNumber: [String(port)], localPortNumber: [String(spec.localPort)] },
        }),
      };
      const { SessionId, TokenValue, StreamUrl } = await client.send(new StartSessionCommand(request));
      started.add(SessionId);
      if (isPort) ports.set(SessionId, port);
      return {
        response: { SessionId, TokenValue, StreamUrl },
        request,
        region,
        endpoint,
        env: {
          ...credentialsOf(process.env),
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          TMPDIR: folder,
          AWS_EC2_METADATA_DISABLED: 'true',
        },
      };
    },
    received: (sessionId) => destinations.received(ports.get(sessionId)),
    endSessions: async () => {
      await Promise.all([...started].map(end));
    },
    close: async () => {
      await Promise.all([...started].map(end));
      client.destroy();
      await destinations.close();
    },
  };
}

async function firstOnline(client, endpoint) {
  const { InstanceInformationList = [] } = await client.send(new DescribeInstanceInformationCommand({}));
  const node = InstanceInformationList.find(({ PingStatus }) => PingStatus === 'Online');
  if (node === undefined) throw new Error(`No node of ${endpoint} is online.`);
  return node.InstanceId;
}

function credentialsOf(env) {
  const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_ENDPOINT_URL_KMS'];
  return Object.fromEntries(names.filter((name) => env[name] !== undefined).map((name) => [name, env[name]]));
}

/** The programs behind tunnels, in a process of their own; see far-destination.mjs. */
function openDestinations() {
  const child = fork(join(import.meta.dirname, 'far-destination.mjs'), { stdio: ['ignore', 2, 2, 'ipc'] });
  const waiting = new Map();
  let number = 0;
  child.on('message', ({ number: answered, answer }) => {
    waiting.get(answered)(answer);
    waiting.delete(answered);
  });
  const ask = (question, value) =>
    new Promise((resolve) => {
      number += 1;
      waiting.set(number, resolve);
      child.send({ number, ask: question, value });
    });
  return {
    open: () => ask('open'),
    received: (port) => ask('received', port),
    close: () => {
      child.disconnect();
      return new Promise((resolve) => child.once('exit', resolve));
    },
  };
}
