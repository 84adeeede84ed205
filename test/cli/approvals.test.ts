import { beforeEach, describe, expect, it } from 'vitest';
import { cliOnLab } from './cli-on-lab.ts';
import { environmentFor, runWithPipes, startInTerminal } from './program.ts';

const cli = cliOnLab();

async function post(body: object): Promise<void> {
  const answer = await fetch(`${cli.lab.control}/approvals`, { method: 'POST', body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
}

describe('a node that needs an approval', () => {
  beforeEach(() => post({ node: cli.online, autoAfterMs: -1, accessRequestId: 'all', decision: 'expire' }));

  const run = (args: string[]) => runWithPipes(cli.program, args, environmentFor(cli.lab));
  const exec = (...options: string[]) =>
    ['exec', cli.online, '--endpoint-url', cli.lab.endpoint, ...options, '--', 'echo', 'hello'] as string[];
  const asking = ['--request-access', '--reason', 'disk full'];

  it('is told with the way to ask, and ends with 3', async () => {
    const { code, stdout, stderr } = await run(exec());
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('do not allow ssm:StartSession on');
    expect(stderr).toContain('--request-access --reason');
  });

  it('is asked for with the reason, and the command runs once it is approved', async () => {
    await post({ autoAfterMs: 0 });
    const { code, stdout, stderr } = await run(exec(...asking));
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'hello\n' });
    expect(stderr).toMatch(/Asked for access to i-\w+, request oi-[0-9a-f]{12}\./);
    expect(stderr).toMatch(/Access to i-\w+ was approved until/);
    const { requests } = (await (await fetch(`${cli.lab.control}/approvals`)).json()) as {
      requests: { reason: string }[];
    };
    expect(requests.at(-1)?.reason).toBe('disk full');
    expect(stderr).not.toMatch(/LabSecret|IQoJ/);
  });

  it('that is refused ends with 3 and says so', async () => {
    const program = startInTerminal(cli.program, exec(...asking), environmentFor(cli.lab));
    await program.waitFor(/Waiting for somebody to approve it/);
    await post({ accessRequestId: 'all', decision: 'reject' });
    expect(await program.ended).toBe(3);
    expect(program.shown()).toContain('The request for access was rejected.');
  });

  it('can be left with Ctrl-C while nobody decides', async () => {
    const program = startInTerminal(cli.program, exec(...asking), environmentFor(cli.lab));
    await program.waitFor(/Waiting for somebody to approve it/);
    program.type('\u0003');
    expect(await program.ended).toBe(130);
  });

  it('leads to a shell that is resumed with the keys of the approval', async () => {
    await post({ autoAfterMs: 0 });
    const program = startInTerminal(cli.program, cli.args(cli.online, ...asking), environmentFor(cli.lab));
    await program.waitFor(/[#$] /);
    program.type('KEPT=here\r');
    await fetch(`${cli.lab.control}/cut`, { method: 'POST', body: '{}' });
    program.type('echo still $KEPT\r');
    await program.waitFor(/still here/);
    program.type('exit\r');
    expect(await program.ended).toBe(0);
  });

  it('cannot be asked for without a reason', async () => {
    expect(await run(exec('--request-access'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--request-access needs --reason') as string,
    });
  });
});
