import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { answerDevicePage } from '../aws/support/lab-browser.ts';
import { cliOnLab } from './cli-on-lab.ts';
import { environmentFor, runWithPipes, startInTerminal } from './program.ts';

const cli = cliOnLab();
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'cli-home-'));
  await mkdir(join(home, '.aws'));
  await writeFile(
    join(home, '.aws', 'config'),
    `[profile corp]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Ops
region = ${cli.lab.region}
[sso-session corp]
sso_region = ${cli.lab.region}
sso_start_url = https://corp.example/start
[profile mfa]
role_arn = arn:aws:iam::111122223333:role/ops-mfa
mfa_serial = arn:aws:iam::123456789012:mfa/ann
credential_source = Environment
region = ${cli.lab.region}
`,
  );
});
afterEach(() => rm(home, { recursive: true, force: true }));

const environment = () => ({ ...environmentFor(cli.lab), HOME: home, AWS_ENDPOINT_URL: cli.lab.endpoint });
const connect = (profile: string) =>
  startInTerminal(cli.program, cli.args(cli.online, '--profile', profile), environment(), {
    cols: 200,
    rows: 30,
  });

it('a sign-in that is needed is offered with a page and a code, and the session follows it', async () => {
  const program = connect('corp');
  const shown = await program.waitFor(/compare the code: \S+/);
  const url = /open (\S+)/.exec(shown)?.[1] ?? '';
  expect(shown).toContain('Sign in to corp');
  await answerDevicePage(url, 'allow');
  await program.waitFor(/[$#] /);
  program.type('exit\r');
  expect(await program.ended).toBe(0);
});

it('a code of a device is asked for, and once more after a wrong one', async () => {
  const program = connect('mfa');
  await program.waitFor(/Code of arn:aws:iam::123456789012:mfa\/ann for \S+: /);
  program.type('000001\r');
  await program.waitFor(/The code was not accepted[^]*Code of \S+ for \S+: /);
  program.type('000011\r');
  await program.waitFor(/[$#] /);
  program.type('exit\r');
  expect(await program.ended).toBe(0);
});

it('without a terminal nobody is asked, and the program ends with 3', async () => {
  for (const profile of ['corp', 'mfa']) {
    const result = await runWithPipes(cli.program, cli.args(cli.online, '--profile', profile), environment());
    expect([profile, result.code, result.stdout]).toEqual([profile, 3, '']);
  }
});

it('Ctrl-C gives a sign-in up', async () => {
  const program = connect('corp');
  await program.waitFor(/compare the code: \S+/);
  program.type('\u0003');
  expect(await program.ended).toBe(130);
});
