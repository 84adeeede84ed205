import { writeFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { namedCertificate } from '../aws/certificate.ts';
import { startConnectProxy, startTlsFront } from '../aws/support/connect-proxy.ts';
import type { ProfileInput } from '../../src/shared/models.ts';
import type { ExternalLab } from './heavy/support/external-lab.ts';
import { expect, type RunningApp, test } from './support/app.ts';
import { makeAwsFiles } from './support/aws-files.ts';
import { keysOf } from './support/lab-profile.ts';

const control = async (lab: ExternalLab, path: string, body: object = {}): Promise<void> => {
  const answer = await fetch(`${lab.control}/${path}`, { method: 'POST', body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
};

/** Saves a profile that leads to a node, whatever becomes of its list. */
async function save({ call }: RunningApp, lab: ExternalLab, change: Partial<ProfileInput>): Promise<void> {
  await call('saveProfile', {
    profile: {
      name: 'Acme',
      environment: 'staging',
      credentials: { kind: 'environment' },
      target: lab.nodes.find(({ online }) => online)?.id ?? '',
      ...change,
    },
  });
}

/** Connects with a profile from its heading in the list. */
async function connect(page: Page, profile: string): Promise<void> {
  await page.getByRole('treeitem', { name: new RegExp(`^${profile},`) }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: /^Connect/ }).click();
}

async function expectCard(page: Page, code: string, words: readonly (string | RegExp)[]): Promise<Locator> {
  const card = page.locator('[data-testid=error-card]:visible');
  await expect(card).toHaveAttribute('data-code', code);
  for (const said of words) await expect(card).toContainText(said);
  return card;
}

const closeTab = async (page: Page): Promise<void> => {
  await page.keyboard.press('Control+Shift+W');
  await expect(page.getByTestId('error-card')).toHaveCount(0);
};

interface Refused {
  code: string;
  /** The service's own name for it. */
  name: string;
  message?: string;
  status?: number;
  words: readonly (string | RegExp)[];
}

const refusals: readonly Refused[] = [
  {
    code: 'target-not-connected',
    name: 'TargetNotConnected',
    words: ['is not connected', 'its SSM Agent is up'],
  },
  { code: 'document-not-found', name: 'InvalidDocument', words: ['does not exist', 'Check its name'] },
  {
    code: 'access-denied',
    name: 'AccessDeniedException',
    message:
      'User: arn:aws:iam::123456789012:user/ann is not authorized to perform: ssm:StartSession on resource: arn:aws:ec2:us-east-1:123456789012:instance/i-1 with an explicit deny in an identity-based policy',
    words: ['ssm:StartSession', 'arn:aws:ec2:us-east-1:123456789012:instance/i-1', 'denies it explicitly'],
  },
  { code: 'credentials-expired', name: 'ExpiredTokenException', words: ['have expired', 'Sign in again'] },
  { code: 'clock-skew', name: 'RequestTimeTooSkewed', words: ['clock', 'Set the clock'] },
  { code: 'throttled', name: 'ThrottlingException', words: ['slow down', '2 times in a row', '2 attempts'] },
  { code: 'quota-exceeded', name: 'ServiceQuotaExceededException', words: ['used up', 'Service Quotas'] },
  {
    code: 'agent-too-old',
    name: 'InvalidTarget',
    message: 'The SSM Agent version on the node does not support this document.',
    words: ['too old', 'AWS-UpdateSSMAgent'],
  },
  {
    code: 'service-unavailable',
    name: 'InternalServerError',
    status: 500,
    words: ['failed on its side', 'AWS Health Dashboard'],
  },
];

test('each error that the service answers has its words, its next step and its facts on screen', async ({
  launch,
  lab,
}) => {
  const running = await launch({ environment: keysOf(lab) });
  const { page } = running;
  await save(running, lab, {
    region: lab.region,
    network: { endpoints: { ssm: lab.endpoint }, maxAttempts: 2 },
  });
  for (const { code, name, words, message = 'No.', status = 400 } of refusals) {
    await control(lab, 'refuse', { operation: 'StartSession', code: name, message, status });
    await connect(page, 'Acme');
    await expectCard(page, code, [
      ...words,
      `Acme, ${lab.region}`,
      name,
      'StartSession',
      /request [0-9a-f-]{36}/,
    ]);
    await closeTab(page);
    await control(lab, 'faults/clear');
  }
});

test('what lies between this computer and the service is told apart, and mended where it was set', async ({
  launch,
  lab,
  folder,
}) => {
  const files = await makeAwsFiles(folder, lab);
  const front = await startTlsFront(Number(new URL(lab.endpoint).port));
  const proxy = await startConnectProxy({ leadsTo: front.port, wants: 'ann:right' });
  const running = await launch({
    environment: { ...files.environment, HTTPS_PROXY: `http://ann:right@${proxy.host}`, NO_PROXY: '' },
  });
  const { app, page } = running;
  const { region } = lab;
  const credentials = { kind: 'shared-profile', profileName: 'base' } as const;
  const byName = { ssm: 'https://ssm.nodewharf.test', ssmmessages: 'https://ssmmessages.nodewharf.test' };

  const failing: [Partial<ProfileInput>, string, readonly (string | RegExp)[]][] = [
    [{ name: 'No Region' }, 'region-unknown', ['name a Region', 'Set a Region in this profile']],
    [
      { name: 'No keys', region },
      'credentials-missing',
      ['The environment has no complete pair of keys', 'AWS_SECRET_ACCESS_KEY'],
    ],
    [
      {
        name: 'Nothing there',
        credentials,
        network: { endpoints: { ssm: 'http://127.0.0.1:9' }, maxAttempts: 1 },
      },
      'endpoint-unreachable',
      ['Nothing accepts connections at 127.0.0.1:9', 'firewall'],
    ],
    [
      {
        name: 'Behind a proxy',
        credentials,
        network: { endpoints: byName, proxy: { kind: 'url', url: proxy.url }, maxAttempts: 1 },
      },
      'proxy-refused',
      [`The proxy ${proxy.host} asks who is there (HTTP 407)`, 'Give both in the settings of the profile'],
    ],
  ];
  for (const [change, code, words] of failing) {
    await save(running, lab, change);
    await connect(page, change.name ?? '');
    await expectCard(page, code, words);
    await closeTab(page);
  }

  // The settings of the system lead to a proxy that lets through: what is missing is trust in its certificate.
  const open = await startConnectProxy({ leadsTo: front.port });
  await app.evaluate(
    ({ session }, proxyRules) => session.defaultSession.setProxy({ proxyRules }),
    `https=${open.host}`,
  );
  await save(running, lab, {
    name: 'By the system',
    credentials,
    network: { endpoints: byName, proxy: { kind: 'system' }, maxAttempts: 1 },
  });
  await connect(page, 'By the system');
  const card = await expectCard(page, 'certificate', ['was not accepted', 'AWS_CA_BUNDLE']);
  expect(open.asked.map(({ target }) => target)).toContain('ssm.nodewharf.test:443');

  // The file of its certificate is chosen in the system's own dialog.
  const caFile = `${folder}/inspector.pem`;
  await app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
  }, caFile);
  await writeFile(caFile, namedCertificate.cert);
  await card.getByRole('button', { name: 'Edit profile' }).click();
  const form = page.getByRole('dialog', { name: 'Edit profile' });
  await form.getByRole('button', { name: 'Choose…' }).click();
  await expect(form.getByLabel('More trusted certificates')).toHaveValue(caFile);
  await form.getByRole('button', { name: 'Save profile' }).click();
  await card.getByRole('button', { name: 'Try again' }).click();
  await expect(page.locator('[data-testid=terminal]:visible .xterm-rows')).toContainText(/[#$]\s*$/);
  expect(open.asked.map(({ target }) => target)).toContain('ssmmessages.nodewharf.test:443');

  // The proxy that wants a password gets it from the environment.
  await save(running, lab, { name: 'With a password', credentials, network: { endpoints: byName, caFile } });
  proxy.asked.length = 0;
  await connect(page, 'With a password');
  await expect(page.locator('[data-testid=terminal]:visible .xterm-rows')).toContainText(/[#$]\s*$/);
  const asked = new Set(proxy.asked.map(({ target, authorization }) => `${target} ${authorization ?? ''}`));
  const basic = `Basic ${Buffer.from('ann:right').toString('base64')}`;
  expect([...asked].toSorted()).toEqual([
    `ssm.nodewharf.test:443 ${basic}`,
    `ssmmessages.nodewharf.test:443 ${basic}`,
  ]);
  await Promise.all([proxy.close(), open.close(), front.close()]);
});
