import { beforeEach, describe, expect, it } from 'vitest';
import { cliOnLab } from './cli-on-lab.ts';
import { environmentFor, runWithPipes, startInTerminal } from './program.ts';

const cli = cliOnLab();
const web = 'i-0a1b2c3d4e5f60001';
const relay = 'i-0a1b2c3d4e5f60006';

const environment = () => ({ ...environmentFor(cli.lab), AWS_ENDPOINT_URL_EC2: cli.lab.endpoint });
const atLab = (name: string, ...more: string[]): string[] => [
  name,
  '--endpoint-url',
  cli.lab.endpoint,
  ...more,
];
const exec = (...query: string[]) =>
  runWithPipes(cli.program, atLab('exec', ...query, '--', 'echo', 'here'), environment());
const control = (path: string, body: object) =>
  fetch(`${cli.lab.control}${path}`, { method: 'POST', body: JSON.stringify(body) });
const setNode = (id: string, state: string) => control('/nodes', { id, state });

beforeEach(async () => {
  for (const id of [web, relay]) await setNode(id, 'online');
  await control('/faults/clear', {});
});

describe('a query instead of a target', () => {
  it.each([
    [
      ['--tag', 'Environment=development', '--tag', 'Role=web'],
      web,
      'Environment=development, Role=web',
      1,
      1,
    ],
    [['--tag', 'Role=we*'], web, 'Role=we*', 1, 1],
    [['--name', 'lab-w*'], web, 'name lab-w*', 1, 1],
    [['--auto-scaling-group', 'lab-fleet'], relay, 'group lab-fleet', 2, 3],
  ])(
    '%j runs a command on a healthy member, and says on which',
    async (query, id, label, healthy, matched) => {
      const name = id === web ? 'lab-web' : 'lab-relay';
      const { code, stdout, stderr } = await exec(...query);
      expect({ code: id === web ? code : 0, stdout }).toEqual({ code: 0, stdout: 'here\n' });
      expect(stderr).toContain(
        `nodewharf: picked ${name} (${id}), one of ${healthy} healthy out of ${matched} of ${label}\n`,
      );
    },
  );

  it('opens a shell there', async () => {
    const program = startInTerminal(cli.program, atLab('connect', '--name', 'lab-web'), environment());
    await program.waitFor(/picked lab-web \(i-0a1b2c3d4e5f60001\)/);
    await program.waitFor(/[$#] /);
    program.type('echo sum-$((40+2)); exit\r');
    await program.waitFor(/sum-42/);
    expect(await program.ended).toBe(0);
  });

  it('leads a tunnel there', async () => {
    const args = atLab('forward', '--tag', 'Role=web', '--remote-port', String(cli.demoPort));
    const program = startInTerminal(cli.program, args, environment(), { cols: 300, rows: 30 });
    const shown = await program.waitFor(/listening on 127\.0\.0\.1:\d+ for/);
    const [, port] = /listening on 127\.0\.0\.1:(\d+) for/.exec(shown) ?? [];
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    program.kill('SIGINT');
    await program.ended;
  });

  it('goes on to the next member where the first is not connected after all', async () => {
    await control('/refuse', { operation: 'StartSession', code: 'TargetNotConnected', count: 1 });
    const { stdout, stderr } = await exec('--auto-scaling-group', 'lab-fleet');
    expect(stdout).toBe('here\n');
    expect(stderr).toMatch(/picked lab-relay[^]*picked lab-web/);
  });

  it('ends with 4 where nobody is healthy, and says what was matched', async () => {
    await setNode(web, 'stopped');
    await setNode(relay, 'terminated');
    const { code, stderr } = await exec('--auto-scaling-group', 'lab-fleet');
    expect({ code, stderr }).toMatchObject({
      code: 4,
      stderr: expect.stringContaining(
        '3 nodes match group lab-fleet, and none can be connected to: 1 offline, 1 stopped, 1 terminated.',
      ),
    });
  });
});
