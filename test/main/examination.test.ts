import { FakeMembers } from './support/fake-members.ts';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createControlPlane, type ControlPlaneOptions } from '../../src/aws/control-plane.ts';
import { createDoctorCalls } from '../../src/aws/doctor/doctor-calls.ts';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import type { Connect } from '../../src/main/connection.ts';
import { ExaminationRun } from '../../src/main/doctor/examination-run.ts';
import { Examinations } from '../../src/main/doctor/examinations.ts';
import type { CheckName, Examination, ExamineRequest } from '../../src/shared/doctor.ts';
import { AppError, type ErrorCode } from '../../src/shared/errors.ts';
import type { ManagedNode } from '../../src/shared/inventory.ts';
import { appError, FakeService, plainDocument, turns } from './support/fake-service.ts';
import { profile } from './support/registry-bench.ts';

const target = 'i-1';
const now = 1_700_000_000_000;
const minute = 60_000;

const node = (change: Partial<ManagedNode> = {}): ManagedNode => ({
  id: target,
  name: 'web-1',
  platform: 'linux',
  platformName: 'Debian',
  online: true,
  lastPingAt: now - 2 * minute,
  agentVersion: '3.3.1142.0',
  ipAddress: '10.0.0.1',
  ...change,
});

class Bench {
  readonly service = new FakeService();
  readonly news: Examination[] = [];
  connect: Connect = this.service.connect;

  constructor() {
    this.plane.nodeAnswer = () => Promise.resolve(node());
  }

  get plane() {
    return this.service.planes[0] ?? this.service.nextPlane;
  }

  examine(request: Partial<ExamineRequest> = {}): ExaminationRun {
    return new ExaminationRun({
      id: 'e-1',
      request: { profileId: 'p', target, ...request },
      profile,
      connect: this.connect,
      now: () => now,
      onChanged: (examination) => this.news.push(examination),
    });
  }

  /** What is found in the end, by name. */
  async findings(request: Partial<ExamineRequest> = {}) {
    const run = this.examine(request);
    for (let round = 0; round < 20 && run.report().progress === 'running'; round += 1) await turns();
    const report = run.report();
    if (report.progress !== 'finished') throw new Error('the examination goes on and on');
    return findingsOf(report);
  }
}

const findingsOf = (report: Examination) =>
  Object.fromEntries(
    report.checks.map(({ name, state }) => [
      name,
      state.kind === 'done' ? state.finding : { verdict: state.kind, message: '', fix: '' },
    ]),
  ) as Record<CheckName, { verdict: string; message: string; fix: string }>;

const verdicts = (findings: Record<string, { verdict: string }>) =>
  Object.fromEntries(Object.entries(findings).map(([name, { verdict }]) => [name, verdict]));

test('where nothing is in the way, everything says so', async () => {
  const findings = await new Bench().findings();
  expect(new Set(Object.values(verdicts(findings)))).toEqual(new Set(['good']));
  expect(findings.identity.message).toContain('arn:aws:iam::123456789012:user/ops');
  expect(findings.permissions.message).toContain('ssm:StartSession');
  expect(findings.ping.message).toContain('last heard of 2 min ago');
});

describe('what stands in the way is named, with what to do', () => {
  const cases: [string, (bench: Bench) => void, CheckName, 'bad' | 'attention', RegExp, RegExp][] = [
    [
      'a node that is not registered',
      (bench) => (bench.plane.nodeAnswer = () => Promise.resolve(undefined)),
      'node',
      'bad',
      /knows no node i-1 in eu-west-1/,
      /AmazonSSMManagedInstanceCore/,
    ],
    [
      'an agent that has gone',
      (bench) =>
        (bench.plane.nodeAnswer = () =>
          Promise.resolve(node({ online: false, lastPingAt: now - 180 * minute }))),
      'ping',
      'bad',
      /lost its connection, last heard of 3 h ago/,
      /memory and disk/,
    ],
    [
      'an agent without Session Manager’s own connection',
      (bench) => (bench.service.doctor.status = () => Promise.resolve('not-connected')),
      'ping',
      'bad',
      /holds no connection to Session Manager/,
      /ssmmessages:CreateControlChannel/,
    ],
    [
      'an agent that has been silent',
      (bench) => (bench.plane.nodeAnswer = () => Promise.resolve(node({ lastPingAt: now - 40 * minute }))),
      'ping',
      'attention',
      /40 min ago/,
      /load of the node/,
    ],
    [
      'an agent that is too old for the document',
      (bench) => {
        bench.plane.nodeAnswer = () => Promise.resolve(node({ agentVersion: '2.3.612.0' }));
        bench.plane.documentAnswer = (name) =>
          Promise.resolve(plainDocument(name, { sessionType: 'InteractiveCommands' }));
      },
      'agent',
      'bad',
      /2\.3\.612\.0 is too old: interactive commands need 2\.3\.668\.0/,
      /AWS-UpdateSSMAgent/,
    ],
    [
      'a clock that is off',
      (bench) =>
        (bench.service.doctor.way = (what) =>
          Promise.resolve({ host: what, httpStatus: 404, clockAheadMs: 42 * minute })),
      'clock',
      'bad',
      /42 min behind/,
      /Set the clock/,
    ],
    [
      'a clock that is nearly off',
      (bench) =>
        (bench.service.doctor.way = (what) =>
          Promise.resolve({ host: what, httpStatus: 404, clockAheadMs: -2 * minute })),
      'clock',
      'attention',
      /2 min ahead/,
      /Set the clock/,
    ],
    [
      'something that lets no WebSocket through',
      (bench) =>
        (bench.service.doctor.way = (what) =>
          Promise.resolve({ host: what, httpStatus: what === 'gateway' ? 502 : 404 })),
      'gateway',
      'attention',
      /HTTP 502/,
      /do not let WebSockets through/,
    ],
    [
      'a document that is not there',
      (bench) => (bench.plane.documentAnswer = () => Promise.reject(appError('document-not-found'))),
      'document',
      'bad',
      /document-not-found/,
      /^$/,
    ],
    [
      'a document for tunnels',
      (bench) =>
        (bench.plane.documentAnswer = (name) =>
          Promise.resolve(plainDocument(name, { sessionType: 'Port' }))),
      'document',
      'bad',
      /kind Port, which have no terminal/,
      /Standard_Stream/,
    ],
    [
      'a permission that is missing',
      (bench) => (bench.plane.documentAnswer = () => Promise.reject(denied('document-denied'))),
      'permissions',
      'attention',
      /^ssm:GetDocument is not allowed/,
      /ssm:StartSession alone/,
    ],
    [
      'a key that may not be used',
      (bench) => {
        bench.plane.documentAnswer = (name) =>
          Promise.resolve(
            plainDocument(name, {
              hasKmsKey: true,
              preferences: { runAs: { kind: 'agent-user' }, shellProfile: {}, kmsKeyId: 'alias/ssm' },
            }),
          );
        bench.service.doctor.key = () => Promise.reject(denied('kms-denied'));
      },
      'key',
      'bad',
      /kms-denied/,
      /^$/,
    ],
  ];
  test.each(cases)('%s', async (_name, arrange, name, verdict, message, fix) => {
    const bench = new Bench();
    arrange(bench);
    const findings = await bench.findings({ documentName: 'Ours' });
    expect(findings[name].verdict).toBe(verdict);
    expect(findings[name].message).toMatch(message);
    expect(findings[name].fix).toMatch(fix);
  });
});

const denied = (code: ErrorCode): AppError => appError(code);

test('without credentials the way is still looked at, and the rest says why it is not known', async () => {
  const bench = new Bench();
  bench.service.doctor.identity = () => Promise.reject(appError('credentials-expired'));
  const findings = await bench.findings();
  expect(verdicts(findings)).toEqual({
    identity: 'bad',
    proxy: 'good',
    endpoint: 'good',
    gateway: 'good',
    clock: 'good',
    permissions: 'unknown',
    node: 'unknown',
    ping: 'unknown',
    agent: 'unknown',
    document: 'unknown',
    key: 'unknown',
  });
});

test('a proxy that refuses is the proxy’s fault, not the endpoint’s', async () => {
  const bench = new Bench();
  bench.service.doctor.way = () => Promise.reject(appError('proxy-refused'));
  const { proxy, endpoint, clock } = await bench.findings();
  expect([proxy.verdict, endpoint.verdict, clock.verdict]).toEqual(['bad', 'unknown', 'unknown']);
});

test('an account without preferences is not a fault', async () => {
  const bench = new Bench();
  bench.plane.documentAnswer = () => Promise.reject(appError('document-not-found'));
  const { document, key } = await bench.findings();
  expect([document.verdict, key.verdict]).toEqual(['good', 'good']);
});

test('findings come one by one, and stopping ends the calls that are under way', async () => {
  const bench = new Bench();
  bench.service.doctor.key = () => new Promise(() => {});
  bench.plane.nodeAnswer = () => new Promise(() => {});
  const run = bench.examine();
  await turns();
  expect(
    bench.news.map(({ checks }) => checks.filter(({ state }) => state.kind === 'done').length),
  ).toContain(1);
  expect(findingsOf(run.report()).identity.verdict).toBe('good');
  expect(findingsOf(run.report()).node.verdict).toBe('running');
  run.stop();
  expect(run.report().progress).toBe('stopped');
  expect(findingsOf(run.report()).node).toMatchObject({ verdict: 'unknown' });
  expect([bench.service.doctor.isClosed, bench.plane.isClosed]).toEqual([true, true]);
  const told = bench.news.length;
  await turns();
  expect(bench.news).toHaveLength(told);
});

test('settings that cannot be read end it at once', async () => {
  const bench = new Bench();
  bench.connect = () => Promise.reject(appError('region-unknown'));
  const findings = await bench.findings();
  expect([findings.identity.verdict, findings.node.verdict]).toEqual(['bad', 'unknown']);
});

describe('against the lab, with the real SDK', () => {
  async function examine(
    { container, ...request }: Partial<ExamineRequest> & { container?: string },
    prepare: (lab: Lab) => Promise<unknown> | void = () => {},
  ) {
    const lab = await startLab({ pace: 'fast', ecs: true });
    onTestFinished(() => lab.close());
    await prepare(lab);
    const { region, endpoint, accessKeyId, secretAccessKey } = lab;
    const options: ControlPlaneOptions = {
      region,
      endpoint,
      kmsEndpoint: endpoint,
      stsEndpoint: endpoint,
      ecsEndpoint: endpoint,
      gatewayEndpoint: endpoint,
      credentials: { accessKeyId, secretAccessKey },
      maxAttempts: 1,
    };
    const last: { report?: Examination } = {};
    const finished = new Promise<void>((resolve) => {
      const examinations = new Examinations({
        connect: () =>
          Promise.resolve({
            region,
            controlPlane: createControlPlane(options),
            doctor: () => createDoctorCalls(options),
            memberLookup: () => new FakeMembers(),
            lookUpCredentials: () => Promise.resolve(),
            isStale: () => false,
          }),
        profile: () => profile,
        now: Date.now,
        onChanged: (report) => {
          last.report = report;
          if (report.progress === 'finished') resolve();
        },
      });
      examinations.begin({
        profileId: 'p',
        target:
          (container === undefined
            ? lab.nodes.find((each) => each.online)
            : lab.containers.find(({ name }) => name === container)
          )?.id ?? '',
        ...request,
      });
      onTestFinished(() => examinations.stopAll());
    });
    await finished;
    return findingsOf(last.report as Examination);
  }

  test('a node that can be connected to is found to be so', async () => {
    const findings = await examine({ documentName: 'Lab-EncryptedShell' });
    expect(new Set(Object.values(verdicts(findings)))).toEqual(new Set(['good']));
    expect(findings.identity.message).toContain('arn:aws:iam::');
    expect(findings.key.message).toContain('kms:GenerateDataKey is allowed');
  });

  test('an offline node, a key that is denied and a document that may not be read are found', async () => {
    const lab = await startLab({ pace: 'fast' });
    onTestFinished(() => lab.close());
    const offline = lab.nodes.find((each) => !each.online)?.id ?? '';
    const away = await examine({ target: offline });
    expect([away.node.verdict, away.ping.verdict]).toEqual(['good', 'bad']);
    const key = await examine({ documentName: 'Lab-KeyDenied' });
    expect(key.key).toMatchObject({
      verdict: 'bad',
      message: expect.stringContaining('kms:GenerateDataKey'),
    });
    const unread = await examine({ documentName: 'Lab-Unreadable' });
    expect([unread.document.verdict, unread.permissions.verdict]).toEqual(['attention', 'attention']);
  });

  test('an action that is not allowed is named', async () => {
    const findings = await examine({}, (lab) =>
      fetch(`${lab.control}/refuse`, {
        method: 'POST',
        body: JSON.stringify({ operation: 'GetConnectionStatus', code: 'AccessDeniedException' }),
      }),
    );
    expect(findings.permissions.message).toContain('ssm:GetConnectionStatus is not allowed');
    expect(findings.ping.verdict).toBe('good');
  });

  const allGood = {
    identity: 'good',
    proxy: 'good',
    endpoint: 'good',
    gateway: 'good',
    clock: 'good',
    permissions: 'good',
    task: 'good',
    exec: 'good',
    agent: 'good',
    key: 'good',
  };

  test('a container is looked at as what it is: its task, execute command, the agent in it and the key of its cluster', async () => {
    const findings = await examine({ container: 'report/report' });
    expect(verdicts(findings)).toEqual(allGood);
    expect(findings.key.message).toContain('kms:GenerateDataKey is allowed on alias/lab-session');
    expect(findings.permissions.message).toContain('ecs:ExecuteCommand');
    expect(findings.task.message).toBe('Its task runs in the cluster night_shift.');
  });

  test('a named document is looked at too, and starts the session in place of ECS Exec', async () => {
    const findings = await examine({ container: 'shop/metrics', documentName: 'Lab-EncryptedShell' });
    expect(verdicts(findings)).toEqual({ ...allGood, document: 'good' });
    expect(findings.permissions.message).toContain('ssm:StartSession');
  });

  test.each([
    ['stock/worker', { exec: 'bad', agent: 'unknown' }, 'exec', /enableExecuteCommand/],
    ['tally/tally', { agent: 'bad' }, 'agent', /ssmmessages:CreateControlChannel/],
  ] as const)('%s: what stands in the way is named, with what to do', async (container, found, name, fix) => {
    const findings = await examine({ container });
    expect(verdicts(findings)).toEqual({ ...allGood, ...found });
    expect(findings[name].fix).toMatch(fix);
  });

  test('a task that has stopped is the one thing in the way', async () => {
    const findings = await examine({ container: 'report/report' }, async (lab) => {
      const target = lab.containers.find(({ name }) => name === 'report/report')?.id ?? '';
      const body = JSON.stringify({ task: target.split('_').at(-2) });
      await fetch(`${lab.control}/tasks/stop`, { method: 'POST', body });
    });
    expect(findings.task).toMatchObject({
      verdict: 'bad',
      message: expect.stringContaining('has ended') as string,
    });
  });

  test('who may not look at tasks and clusters is told so, and that a session may start all the same', async () => {
    const findings = await examine({ container: 'shop/metrics' }, async (lab) => {
      for (const operation of ['DescribeTasks', 'DescribeClusters'])
        await fetch(`${lab.control}/refuse`, {
          method: 'POST',
          body: JSON.stringify({ operation, code: 'AccessDeniedException' }),
        });
    });
    expect(verdicts(findings)).toEqual({
      ...allGood,
      permissions: 'attention',
      task: 'attention',
      exec: 'unknown',
      agent: 'unknown',
      key: 'unknown',
    });
    expect(findings.permissions.message).toMatch(
      /ecs:DescribeTasks and ecs:DescribeClusters are not allowed|ecs:DescribeClusters and ecs:DescribeTasks are not allowed/,
    );
  });
});
