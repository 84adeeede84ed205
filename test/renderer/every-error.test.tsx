import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type ControlPlane,
  type ControlPlaneOptions,
  createControlPlane,
} from '../../src/aws/control-plane.ts';
import { toAppError } from '../../src/aws/errors.ts';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import type { App } from '../../src/renderer/app.ts';
import { ErrorCard } from '../../src/renderer/views/error-card.tsx';
import { AppProvider } from '../../src/renderer/views/use-app.ts';
import { errorReport, nextSteps } from '../../src/renderer/words/errors.ts';
import { AppError, type AppErrorData } from '../../src/shared/errors.ts';
import { selfSignedCertificate } from '../aws/certificate.ts';
import { fakeKeys, listen, sessionDocument, startFakeService } from '../aws/fake-service.ts';

/*
 * Every failure that a person can run into at the start of a session, provoked with the real SDK against the lab or a server
 * on this machine, up to the words of the card.
 */

let lab: Lab;
let oldLab: Lab;
const cleanups: (() => unknown)[] = [];
beforeAll(async () => {
  lab = await startLab({ pace: 'fast', ecs: true });
  oldLab = await startLab({ pace: 'fast', agentVersion: '2.3.612.0' });
});
afterAll(() => Promise.all([lab.close(), oldLab.close()]));
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const online = () => lab.nodes.find((node) => node.online)?.id ?? '';
const container = (name: string) => lab.containers.find((each) => each.name === name)?.id ?? '';
const offline = () => lab.nodes.find((node) => !node.online)?.id ?? '';

function planeOf(change: Partial<ControlPlaneOptions> = {}, at: Lab = lab): ControlPlane {
  const { region, endpoint, accessKeyId, secretAccessKey } = at;
  const plane = createControlPlane({
    region,
    endpoint,
    kmsEndpoint: endpoint,
    ecsEndpoint: endpoint,
    credentials: () => Promise.resolve({ accessKeyId, secretAccessKey, accountId: '123456789012' }),
    displayName: 'Acme production',
    maxAttempts: 1,
    ...change,
  });
  cleanups.push(() => plane.close());
  return plane;
}

async function post(path: string, body: object): Promise<void> {
  await fetch(`${lab.control}${path}`, { method: 'POST', body: JSON.stringify(body) });
}

/** The next calls of an operation end with this, until the test is over. */
async function refuse(operation: string, code: string, message = 'No.', status = 400): Promise<void> {
  await post('/refuse', { operation, code, message, status });
  cleanups.push(() => post('/faults/clear', {}));
}

const start = (plane: ControlPlane, change: object = {}) =>
  plane.startSession({ target: online(), ...change });

async function serve(server: Server): Promise<number> {
  await listen(server);
  cleanups.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  );
  return (server.address() as AddressInfo).port;
}

async function failureOf(call: Promise<unknown>): Promise<AppErrorData> {
  const error: unknown = await call.then(
    () => new Error('the call was expected to fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof AppError) return error.data;
  throw error;
}

/** The card as it is read, its parts apart by bars. */
function cardOf(error: AppErrorData): string {
  const markup = renderToStaticMarkup(
    <AppProvider value={{ terminal: {} } as App}>
      <ErrorCard error={error} />
    </AppProvider>,
  );
  return markup
    .replaceAll(/<svg.*?<\/svg>/g, '')
    .replaceAll(/<[^>]+>/g, '|')
    .replaceAll(/\|+/g, ' | ')
    .replaceAll('&#x27;', '’')
    .trim();
}

interface Expected {
  code: AppErrorData['code'];
  /** Found in this order on the card. */
  words: string[];
  steps: ReturnType<typeof nextSteps>;
}

const where = 'Acme production, us-east-1, account 123456789012';

const cases: Record<string, [() => Promise<unknown>, Expected]> = {
  'a node that is not connected': [
    () => planeOf().startSession({ target: offline() }),
    {
      code: 'target-not-connected',
      words: [
        'The node is not connected',
        `Start a session on`,
        'not connected to Systems Manager',
        'SSM Agent is up',
        where,
        'TargetNotConnected | StartSession | HTTP 400 | request ',
      ],
      steps: ['retry', 'find-out'],
    },
  ],
  'a container whose task was started without execute command': [
    () => planeOf().startSession({ target: container('stock/worker') }),
    {
      code: 'exec-not-enabled',
      words: [
        'Execute command is off',
        'Start a session on ecs:harbour_',
        'enableExecuteCommand',
        'Acme production, us-east-1',
      ],
      steps: ['find-out'],
    },
  ],
  'a container whose agent does not run': [
    () => planeOf().startSession({ target: container('tally/tally') }),
    {
      code: 'target-not-connected',
      words: ['is not connected', 'The agent of ECS Exec', 'ssmmessages:CreateControlChannel'],
      steps: ['retry', 'find-out'],
    },
  ],
  'a container whose task is gone': [
    () =>
      planeOf().startSession({
        target: container('shop/app').replaceAll(/_[0-9a-f]{32}_/g, `_${'0'.repeat(32)}_`),
      }),
    {
      code: 'task-gone',
      words: ['The task has ended', 'not there any more', 'Refresh the node list'],
      steps: ['find-out'],
    },
  ],
  'a shell in a container that a policy denies': [
    async () => {
      const message =
        'User: arn:aws:sts::210987654321:assumed-role/Reader/ops is not authorized to perform: ecs:ExecuteCommand on resource: arn:aws:ecs:us-east-1:210987654321:task/harbour/0a1b because no identity-based policy allows the ecs:ExecuteCommand action';
      await refuse('ExecuteCommand', 'AccessDeniedException', message);
      return planeOf().startSession({ target: container('shop/metrics') });
    },
    {
      code: 'access-denied',
      words: [
        'Access denied',
        'do not allow ecs:ExecuteCommand on arn:aws:ecs',
        'AccessDeniedException | ExecuteCommand',
      ],
      steps: ['find-out', 'retry'],
    },
  ],
  'a document that is not there': [
    () => start(planeOf(), { documentName: 'No-Such' }),
    {
      code: 'document-not-found',
      words: ['does not exist', 'No-Such', 'Check its name', where, 'InvalidDocument | GetDocument'],
      steps: ['choose-document', 'retry'],
    },
  ],
  'an action that is not allowed, by its name': [
    async () => {
      await refuse(
        'StartSession',
        'AccessDeniedException',
        'User: arn:aws:sts::210987654321:assumed-role/Reader/ops is not authorized to perform: ssm:StartSession on resource: arn:aws:ec2:us-east-1:210987654321:instance/i-1 because no identity-based policy allows the ssm:StartSession action',
      );
      return start(planeOf());
    },
    {
      code: 'approval-needed',
      words: [
        'No access to this node yet',
        'do not allow ssm:StartSession on arn:aws:ec2:us-east-1:210987654321:instance/i-1.',
        'ask for a policy that allows ssm:StartSession.',
        // The account of the caller, as the service names it.
        'Acme production, us-east-1, account 210987654321',
        'AccessDeniedException | StartSession',
      ],
      steps: ['find-out', 'retry'],
    },
  ],
  'credentials that have expired': [
    async () => {
      await post('/credentials', { expired: true });
      cleanups.push(() => post('/credentials', { expired: false }));
      return start(planeOf());
    },
    {
      code: 'credentials-expired',
      words: ['have expired', 'Sign in again', where, 'ExpiredTokenException'],
      steps: ['retry', 'edit-profile'],
    },
  ],
  'credentials that are missing': [
    () =>
      start(
        planeOf({
          credentials: () =>
            Promise.reject(Object.assign(new Error('no keys'), { name: 'CredentialsProviderError' })),
        }),
      ),
    {
      code: 'credentials-missing',
      words: ['No credentials found', 'No AWS credentials were found', 'Acme production, us-east-1'],
      steps: ['edit-profile', 'retry'],
    },
  ],
  'a clock that is wrong, and by how much': [
    async () => {
      const server = createServer((request, response) => {
        request.resume();
        response.writeHead(400, { date: new Date(Date.now() + 42 * 60_000).toUTCString() });
        response.end(
          JSON.stringify({
            __type: 'InvalidSignatureException',
            message: 'Signature expired: 20261124T100000Z is now earlier than 20261124T103700Z',
          }),
        );
      });
      return start(planeOf({ endpoint: `http://127.0.0.1:${await serve(server)}` }));
    },
    {
      code: 'clock-skew',
      words: ['The clock of this computer is off', 'is 42 min behind the service', 'Set the clock'],
      steps: ['retry', 'find-out'],
    },
  ],
  'throttling, and the attempts that it took': [
    async () => {
      await refuse('StartSession', 'ThrottlingException', 'Rate exceeded');
      return start(planeOf({ maxAttempts: 3, retryMode: 'standard' }));
    },
    {
      code: 'throttled',
      words: [
        'The service asks to slow down',
        '3 times in a row',
        'More attempts or the adaptive retry mode',
        'ThrottlingException | StartSession | HTTP 400 | 3 attempts used up',
      ],
      steps: ['retry'],
    },
  ],
  'a Region that there is none of': [
    () =>
      Promise.reject(
        toAppError(
          Object.assign(new Error('getaddrinfo'), {
            code: 'ENOTFOUND',
            hostname: 'ssm.eu-moon-1.amazonaws.com',
          }),
          {
            attempted: 'Start a session on i-1',
            operation: 'StartSession',
            region: 'eu-moon-1',
          },
        ),
      ),
    {
      code: 'region-unknown',
      words: ['no Region eu-moon-1', 'Correct the Region', 'eu-moon-1'],
      steps: ['edit-profile', 'retry'],
    },
  ],
  'an endpoint where nothing answers': [
    async () => {
      const server = createServer();
      const port = await serve(server);
      await new Promise((resolve) => server.close(resolve));
      return start(planeOf({ endpoint: `http://127.0.0.1:${port}` }));
    },
    {
      code: 'endpoint-unreachable',
      words: [
        'cannot be reached',
        'Nothing accepts connections at 127.0.0.1:',
        'VPN or firewall',
        'ECONNREFUSED',
      ],
      steps: ['retry', 'find-out', 'edit-profile'],
    },
  ],
  'a proxy that wants to know who asks': [
    async () => {
      const proxy = createServer();
      proxy.on('connect', (_request, socket) => {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
      });
      const url = `http://127.0.0.1:${await serve(proxy)}`;
      const network = { proxy: { kind: 'url', url, username: 'me', password: 'proxy-secret' } } as const;
      return start(planeOf({ endpoint: 'https://ssm.us-east-1.amazonaws.com', network }));
    },
    {
      code: 'proxy-refused',
      words: ['The proxy refused', 'HTTP 407', 'Give both in the settings of the profile'],
      steps: ['edit-profile', 'find-out', 'retry'],
    },
  ],
  'a certificate that nobody trusts': [
    async () => {
      const server = createTlsServer(selfSignedCertificate, (_request, response) => response.end('{}'));
      return start(planeOf({ endpoint: `https://localhost:${await serve(server)}` }));
    },
    {
      code: 'certificate',
      words: [
        'certificate cannot be trusted',
        'SELF_SIGNED_CERT',
        'give its certificate in the settings of the profile',
      ],
      steps: ['find-out', 'edit-profile', 'retry'],
    },
  ],
  'a quota that is used up': [
    async () => {
      await refuse('StartSession', 'ServiceQuotaExceededException', 'Too many.');
      return start(planeOf());
    },
    {
      code: 'quota-exceeded',
      words: [
        'A quota of the account',
        'for StartSession in us-east-1 is used up',
        'Service Quotas',
        'ServiceQuotaExceededException',
      ],
      steps: ['retry'],
    },
  ],
  'a key that may not be used': [
    () =>
      planeOf().generateDataKey({
        keyId: 'alias/lab-denied',
        encryptionContext: { 'aws:ssm:SessionId': 's' },
      }),
    {
      code: 'kms-denied',
      words: [
        'The session key is not allowed',
        'kms:GenerateDataKey on arn:aws:kms',
        'its own key policy',
        'GenerateDataKey',
      ],
      steps: ['find-out', 'retry'],
    },
  ],
  'an agent that is too old for the kind of session': [
    () =>
      planeOf({}, oldLab).startSession({
        target: oldLab.nodes.find((node) => node.online)?.id ?? '',
        documentName: 'AWS-StartInteractiveCommand',
        agentVersion: '2.3.612.0',
        parameters: { command: ['id'] },
      }),
    {
      code: 'agent-too-old',
      words: [
        'The agent on the node is too old',
        '2.3.612.0; interactive commands need 2.3.668.0',
        'AWS-UpdateSSMAgent',
      ],
      steps: ['choose-document', 'find-out'],
    },
  ],
  'a failure of the service': [
    async () => {
      await refuse('StartSession', 'InternalServerError', 'Oops.', 500);
      return start(planeOf({ maxAttempts: 2, retryMode: 'standard' }));
    },
    {
      code: 'service-unavailable',
      words: [
        'The service is not available',
        '2 times in a row',
        'AWS Health',
        'HTTP 500 | 2 attempts used up',
      ],
      steps: ['retry'],
    },
  ],
};

describe('the card says what happened, what to try, where it was and what the service called it, for', () => {
  test.each(Object.entries(cases))('%s', async (_name, [provoke, expected]) => {
    const error = await failureOf(provoke());
    expect(error.code).toBe(expected.code);
    const card = cardOf(error);
    let from = 0;
    for (const words of expected.words) {
      const at = card.indexOf(words, from);
      expect(at, `"${words}" behind ${from} in: ${card}`).toBeGreaterThanOrEqual(0);
      from = at;
    }
    expect(nextSteps(error)).toEqual(expected.steps);
    expect(card + errorReport(error)).not.toMatch(/proxy-secret/);
    for (const { accessKeyId, secretAccessKey } of [lab, oldLab])
      expect(card + errorReport(error)).not.toMatch(
        new RegExp(`${accessKeyId}|${secretAccessKey.replaceAll(/[+/]/g, '.')}`),
      );
  });
});

test('an agent that was updated since the list was read is not held to its old version', async () => {
  const session = await planeOf().startSession({
    target: online(),
    documentName: 'AWS-StartInteractiveCommand',
    agentVersion: '2.2.0.0',
    parameters: { command: ['true'] },
  });
  expect(session.sessionId).not.toBe('');
});

test('what a service quotes of a request is on no card', async () => {
  const quoting = `The Canonical String should have been 'POST / x-amz-security-token:${fakeKeys.sessionToken}' ${fakeKeys.accessKeyId}`;
  const service = await startFakeService(({ operation }) =>
    operation === 'GetDocument' ? sessionDocument : { error: 'SignatureDoesNotMatch', message: quoting },
  );
  cleanups.push(() => service.close());
  const error = await failureOf(start(planeOf({ endpoint: service.endpoint, credentials: fakeKeys })));
  expect(cardOf(error) + errorReport(error)).not.toMatch(/must-not-show|AKID|Canonical/);
});
