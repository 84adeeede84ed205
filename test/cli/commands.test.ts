import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { cliOnLab } from './cli-on-lab.ts';
import { environmentFor, runWithPipes, startInTerminal } from './program.ts';

const cli = cliOnLab();

const environment = () => ({ ...environmentFor(cli.lab), AWS_ENDPOINT_URL_KMS: cli.lab.endpoint });
const execArgs = (...words: string[]): string[] => [
  'exec',
  cli.online,
  '--endpoint-url',
  cli.lab.endpoint,
  '--',
  ...words,
];
const exec = (...words: string[]) => runWithPipes(cli.program, execArgs(...words), environment());
const connect = (document: string, parameters: object, input = '') =>
  runWithPipes(
    cli.program,
    cli.args(cli.online, '--document-name', document, '--parameters', JSON.stringify(parameters)),
    environment(),
    input,
  );

describe('exec', () => {
  it('gives the two outputs and the exit status of the command, and nothing of its own', async () => {
    expect(await exec('sh', '-c', 'echo out; echo err >&2; exit 7')).toEqual({
      code: 7,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  it('keeps the words of the command apart, whatever is in them', async () => {
    const words = ["it's", 'a  b', '$HOME', '"quoted"', 'back\\slash', '', '*'];
    expect((await exec('printf', '<%s>', ...words)).stdout).toBe(words.map((word) => `<${word}>`).join(''));
  });

  it('gives one text with pipes and ; to a shell where --shell says so', async () => {
    const [name = '', ...rest] = execArgs("printf '%s\\n' b a | sort; echo err >&2; exit 4");
    const answer = await runWithPipes(cli.program, [name, '--shell', ...rest], environment());
    expect(answer).toEqual({ code: 4, stdout: 'a\nb\n', stderr: 'err\n' });
  });

  it('brings much output whole to a slow reader', async () => {
    const child = spawn(process.execPath, [cli.program, ...execArgs('seq', '1', '200000')], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    child.stdout.setEncoding('utf8');
    for await (const chunk of child.stdout) {
      text += chunk as string;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(text === Array.from({ length: 200_000 }, (_, index) => `${index + 1}\n`).join('')).toBe(true);
  });

  it('sends Ctrl-C to the command, and goes on until that ends', async () => {
    const program = startInTerminal(
      cli.program,
      execArgs('sh', '-c', 'trap "echo caught; exit 9" INT; echo up; while :; do sleep 0.05; done'),
      environment(),
    );
    await program.waitFor(/up/);
    program.type('\u0003');
    await program.waitFor(/caught/);
    expect(await program.ended).toBe(9);
  });

  it('ends with 130 when Ctrl-C ended the command', async () => {
    const program = startInTerminal(
      cli.program,
      execArgs('sh', '-c', 'echo up; exec sleep 1000'),
      environment(),
    );
    await program.waitFor(/up/);
    program.type('\u0003');
    expect(await program.ended).toBe(130);
  });

  it('SIGTERM ends the session at the service and exits with 143', async () => {
    const child = spawn(
      process.execPath,
      [cli.program, ...execArgs('sh', '-c', 'echo $$; exec sleep 1000')],
      {
        env: environment(),
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [pid] = (await once(child.stdout, 'data')) as [Buffer];
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([143, null]);
    // The command runs on this machine, and nobody else ends it.
    await expect.poll(() => isRunning(Number(pid.toString()))).toBe(false);
  });

  it('a command that is not there fails and says so', async () => {
    const { code, stderr } = await exec('no-such-command');
    expect(code).not.toBe(0);
    expect(stderr).toContain('no-such-command');
  });

  it('refuses a document of another kind before a session is started', async () => {
    const { code, stderr } = await runWithPipes(
      cli.program,
      [
        'exec',
        cli.online,
        '--endpoint-url',
        cli.lab.endpoint,
        '--document-name',
        'AWS-StartSSHSession',
        '--',
        'ls',
      ],
      environment(),
    );
    expect(code).toBe(4);
    expect(stderr).toContain('starts sessions of the kind Port');
  });
});

describe('connect', () => {
  it('runs a non-interactive command, encrypted, with its exit status', async () => {
    expect(
      await connect('Lab-EncryptedCommand', { command: 'sh -c "echo out; echo err >&2; exit 3"' }),
    ).toEqual({
      code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  it('runs an interactive command that waits for input before it prints', async () => {
    const { code, stdout } = await connect(
      'AWS-StartInteractiveCommand',
      { command: 'read line; echo "got $line"' },
      'something\n',
    );
    expect(stdout).toContain('got something');
    expect(code).toBe(0);
  });

  it('opens an encrypted shell', async () => {
    const { code, stdout, stderr } = await connect('Lab-EncryptedShell', {}, 'echo sum-$((40+2))\n');
    expect(stdout).toContain('sum-42');
    expect(stderr).toContain('encrypted');
    expect(code).toBe(0);
  });

  it('a key that may not be used ends with 3 and names it', async () => {
    const { code, stderr } = await connect('Lab-KeyDenied', {});
    expect(code).toBe(3);
    expect(stderr).toMatch(/kms:GenerateDataKey on arn:aws:kms:/);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
