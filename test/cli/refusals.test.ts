import { describe, expect, it } from 'vitest';
import { cliOnLab } from './cli-on-lab.ts';
import { environmentFor, runWithPipes } from './program.ts';

const cli = cliOnLab();

describe('what goes wrong before a session', () => {
  const run = (commandLine: string[], changes: Record<string, string | undefined> = {}) => {
    const env = Object.fromEntries(
      Object.entries({ ...environmentFor(cli.lab), ...changes }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    );
    return runWithPipes(cli.program, commandLine, env);
  };

  it('a node that is offline ends with 4 and says what was attempted, what happened and what to try', async () => {
    const { code, stdout, stderr } = await run(cli.args(cli.offline));
    expect(code).toBe(4);
    expect(stdout).toBe('');
    expect(stderr).toContain(
      `Start a session on ${cli.offline}: The node is not connected to Systems Manager.`,
    );
    expect(stderr).toContain('SSM Agent');
    expect(stderr).toContain('TargetNotConnected');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  const cases: [string, () => string[], Record<string, string | undefined>, number, RegExp][] = [
    [
      'a document that does not exist',
      () => cli.args(cli.online, '--document-name', 'No-Such-Document'),
      {},
      4,
      /does not exist/,
    ],
    ['a wrong secret', () => cli.args(cli.online), { AWS_SECRET_ACCESS_KEY: 'wrong' }, 3, /signature/],
    [
      'an unknown key',
      () => cli.args(cli.online),
      { AWS_ACCESS_KEY_ID: 'AKIDUNKNOWN' },
      3,
      /does not know the access key/,
    ],
    ['no credentials', () => cli.args(cli.online), { AWS_ACCESS_KEY_ID: undefined }, 3, /No AWS credentials/],
    [
      'a profile that is not there',
      () => cli.args(cli.online, '--profile', 'absent'),
      {},
      3,
      /profile absent/,
    ],
    ['no Region', () => cli.args(cli.online), { AWS_REGION: undefined }, 2, /--region/],
    [
      'an endpoint in plain text elsewhere',
      () => ['connect', cli.online, '--endpoint-url', 'http://example.com'],
      {},
      2,
      /not encrypted/,
    ],
    [
      'an endpoint where nothing listens',
      () => ['connect', cli.online, '--endpoint-url', 'http://127.0.0.1:9'],
      {},
      1,
      /Nothing accepts/,
    ],
    ['a missing target', () => ['connect'], {}, 2, /needs a target/],
    ['an unknown command', () => ['disconnect', cli.online], {}, 2, /the commands are/],
    ['an unknown option', () => cli.args(cli.online, '--verbose'), {}, 2, /--verbose/],
  ];
  it.each(cases)('%s', async (_name, commandLine, changes, expected, message) => {
    const { code, stdout, stderr } = await run(commandLine(), changes);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stderr).not.toContain(cli.lab.secretAccessKey);
  });

  it('--help and --version answer on standard output', async () => {
    expect(await run(['--help'])).toMatchObject({
      code: 0,
      stderr: '',
      stdout: /* text */ expect.stringContaining('--endpoint-url'),
    });
    expect(await run(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^nodewharf \d+\.\d+\.\d+\n$/),
    });
  });
});
