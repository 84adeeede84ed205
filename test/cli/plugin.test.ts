import { execFile, spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { delimiter, dirname } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createControlPlane,
  type StartedSession,
  type StartSessionRequest,
} from '../../src/aws/control-plane.ts';
import { cliOnLab } from './cli-on-lab.ts';
import { freePort, listen, portOf } from './local-servers.ts';
import {
  environmentFor,
  runInTerminal,
  runWithPipes,
  startInTerminal,
  type TerminalProgram,
} from './program.ts';

const cli = cliOnLab();
const servers: Server[] = [];
const responseVariable = 'AWS_SSM_START_SESSION_RESPONSE';

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A session as the AWS CLI starts it, and what it then hands to the plugin. */
async function startSession(
  request: Omit<StartSessionRequest, 'target' | 'parameters'> & {
    parameters?: Record<string, string[]>;
  } = {},
): Promise<{ session: StartedSession; args: string[]; env: Record<string, string> }> {
  const { lab, online: target } = cli;
  const plane = createControlPlane({ region: lab.region, endpoint: lab.endpoint, credentials: lab });
  const session = await plane.startSession({ target, ...request });
  plane.close();
  const response = {
    SessionId: session.sessionId,
    TokenValue: session.tokenValue,
    StreamUrl: session.streamUrl,
  };
  const parameters = {
    Target: target,
    ...(request.documentName !== undefined && { DocumentName: request.documentName }),
  };
  return {
    session,
    args: [responseVariable, lab.region, 'StartSession', '', JSON.stringify(parameters), lab.endpoint],
    env: {
      ...environmentFor(lab),
      [responseVariable]: JSON.stringify(response),
      AWS_ENDPOINT_URL_KMS: lab.endpoint,
    },
  };
}

type Started = Awaited<ReturnType<typeof startSession>>;

const inTerminal = ({ args, env }: Started): TerminalProgram => startInTerminal(cli.plugin, args, env);
const withPipes = ({ args, env }: Started, input: string | Uint8Array = '') =>
  runWithPipes(cli.plugin, args, env, input);

describe('questions', () => {
  it.each([
    ['no arguments', [], 0, /was installed successfully/],
    ['--version', ['--version'], 0, /^1\.2\.677\.0\n$/],
    ['an unknown word', ['resume'], 2, /Unknown operation/],
    ['another operation', ['{}', 'us-east-1', 'ResumeSession', '', '{}', ''], 2, /Invalid Operation/],
    [
      'a response that is not one',
      ['{"TokenValue":"hunter2"', 'us-east-1', 'StartSession', '', '{}', ''],
      2,
      /Cannot perform start session/,
    ],
  ])('%s', async (_name, args, code, words) => {
    const answer = await runWithPipes(cli.plugin, args, environmentFor(cli.lab));
    expect(answer.code).toBe(code);
    expect(answer.stdout + answer.stderr).toMatch(words);
    expect(answer.stdout + answer.stderr).not.toContain('hunter2');
  });

  it('is a program by itself, as the AWS CLI calls it', async () => {
    const env = { PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}` };
    const { stdout } = await promisify(execFile)(cli.plugin, ['--version'], { env });
    expect(stdout).toBe('1.2.677.0\n');
  });
});

describe('a shell', () => {
  it('in a terminal, between the words that scripts wait for; nothing typed is kept back', async () => {
    const started = await startSession();
    const program = inTerminal(started);
    await program.waitFor(/Starting session with SessionId: \S+\s/);
    await program.waitFor(/[$#] /);
    program.type('stty -echo; echo token-$(env | grep -c TokenValue)\r');
    await program.waitFor(/token-0/);
    program.type('~.\r');
    await program.waitFor(/not found/);
    program.type('exit\r');
    expect(await program.ended).toBe(0);
    expect(program.shown()).toContain(`Exiting session with sessionId: ${started.session.sessionId}.`);
  });

  it('loses no output when its input ends', async () => {
    const { code, stdout } = await withPipes(
      await startSession(),
      'sleep 0.5; seq 1 20000; echo end-$((1+1))',
    );
    expect(stdout).toMatch(/\b20000\r\nend-2/);
    expect(code).toBe(0);
  });

  it('takes the response as an argument too, as from an older AWS CLI', async () => {
    const { args, env } = await startSession();
    const { [responseVariable]: response = '', ...rest } = env;
    const { code, stdout } = await runWithPipes(
      cli.plugin,
      [response, ...args.slice(1, 3)],
      rest,
      'echo sum-$((40+2))\n',
    );
    expect(stdout).toContain('sum-42');
    expect(code).toBe(0);
  });

  it('keeps the token out of the environment that other programs of the user see', async () => {
    const started = await startSession();
    const program = startInTerminal(cli.plugin, started.args, {
      ...started.env,
      NODE_OPTIONS: showVariableOnSignal,
    });
    await program.waitFor(/[$#] /);
    program.kill('SIGUSR2');
    expect(await program.waitFor(/variable: \w+/)).toContain('variable: undefined');
    program.kill('SIGTERM');
    await program.ended;
  });

  it('is resumed after a cut with the credentials at hand', async () => {
    const started = await startSession();
    const program = inTerminal(started);
    await program.waitFor(/[$#] /);
    await cli.addFault({ session: started.session.sessionId, kind: 'cut', count: 1 });
    program.type('echo through-$((1+1))\r');
    await program.waitFor(/through-2/);
    program.type('exit\r');
    expect(await program.ended).toBe(0);
  });

  it('that cannot be resumed does not hang: it says so and ends with 5', async () => {
    const started = await startSession();
    const program = inTerminal(started);
    await program.waitFor(/[$#] /);
    await cli.addFault({ session: started.session.sessionId, kind: 'refuse-resume', code: 'gone' });
    await cli.addFault({ session: started.session.sessionId, kind: 'cut', count: 1 });
    await program.waitFor(/Session: \S+ timed out\./);
    expect(await program.ended).toBe(5);
  });

  it('can be given up with Ctrl-C while its connection is away', async () => {
    const started = await startSession();
    const program = inTerminal(started);
    await program.waitFor(/[$#] /);
    const giveBack = await cli.loseConnection(started.session.sessionId);
    await program.waitFor(/Ctrl-C gives up/);
    program.type('\u0003');
    expect(await program.ended).toBe(5);
    await giveBack();
    await expect.poll(() => cli.statusOf(started.session.sessionId)).toMatch(/Terminat/);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends it at the service within two seconds and exits with %i', async (signal, code) => {
    const started = await startSession();
    const program = inTerminal(started);
    await program.waitFor(/[$#] /);
    const before = performance.now();
    program.kill(signal);
    expect(await program.ended).toBe(code);
    expect(performance.now() - before).toBeLessThan(2_000);
    expect(await cli.statusOf(started.session.sessionId)).toMatch(/Terminat/);
  });

  it('is encrypted where its document says so', async () => {
    const { code, stdout } = await withPipes(
      await startSession({ documentName: 'Lab-EncryptedShell' }),
      'echo sum-$((40+2))\n',
    );
    expect(stdout).toContain('This session is encrypted');
    expect(stdout).toContain('sum-42');
    expect(code).toBe(0);
  });

  it('whose key may not be used fails with 3 and no token in its words', async () => {
    const started = await startSession({ documentName: 'Lab-KeyDenied' });
    const { code, stdout, stderr } = await withPipes(started);
    expect(code).toBe(3);
    expect(stderr).toContain('kms:GenerateDataKey');
    expect(stdout + stderr).not.toContain(started.session.tokenValue);
  });
});

/** Node option that makes the program say what is left of the variable with the response. */
const showVariableOnSignal = `--import data:text/javascript;base64,${Buffer.from(
  `process.on('SIGUSR2', () => console.error('variable: ' + process.env['${responseVariable}']))`,
).toString('base64')}`;

describe('a command', () => {
  it.each(['AWS-StartNonInteractiveCommand', 'Lab-SeparateCommand'])(
    'of %s ends with its exit status, its outputs apart',
    async (documentName) => {
      const isBuiltIn = documentName.startsWith('AWS-');
      const { code, stdout, stderr } = await withPipes(
        await startSession({
          documentName,
          parameters: {
            command: ['sh -c "echo out; echo err >&2; exit 7"'],
            ...(isBuiltIn && { separateOutputStream: ['True'] }),
          },
        }),
      );
      expect(code).toBe(7);
      expect(stdout).toMatch(/\nout\nEXIT_CODE: 7/);
      expect(stderr).toBe('err\n');
    },
  );
});

describe('a tunnel', () => {
  const tunnel = (localPort: number) =>
    startSession({
      documentName: 'AWS-StartPortForwardingSession',
      parameters: { portNumber: [String(cli.demoPort)], localPortNumber: [String(localPort)] },
    });

  it('says in the words of the official plugin where it listens, and Ctrl-C is its ordinary end', async () => {
    const port = await freePort();
    const started = await tunnel(port);
    const { sessionId } = started.session;
    const program = inTerminal(started);
    await program.waitFor(
      new RegExp(`Port ${port} opened for sessionId ${sessionId}\\.\\s+Waiting for connections\\.\\.\\.`),
    );
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain('through a tunnel');
    await program.waitFor(/Connection accepted for session \[/);
    program.type('\u0003');
    expect(await program.ended).toBe(0);
    expect(await cli.statusOf(sessionId)).toMatch(/Terminat/);
  });

  it('whose port is in use ends with 1 and names the owner', async () => {
    const server = await listen(servers, createServer());
    const started = await tunnel(portOf(server));
    const { code, stderr } = await withPipes(started);
    expect(code).toBe(1);
    expect(stderr).toContain(`127.0.0.1:${portOf(server)} is in use`);
    expect(await cli.statusOf(started.session.sessionId)).toMatch(/Terminat/);
  });
});

describe('SSH', () => {
  it('has one line before the stream and nothing within or after it', async () => {
    const sent = Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 13) % 256));
    const server = await listen(
      servers,
      createServer((socket) => {
        let got = 0;
        socket.on('data', (bytes: Buffer) => {
          socket.write(bytes);
          got += bytes.length;
          if (got === sent.length) socket.end();
        });
      }),
    );
    const started = await startSession({
      documentName: 'AWS-StartSSHSession',
      parameters: { portNumber: [String(portOf(server))] },
    });
    const { code, stdoutBytes, stderr } = await withPipes(started, sent);
    const first = Buffer.from(`\nStarting session with SessionId: ${started.session.sessionId}\n`);
    expect(stdoutBytes.equals(Buffer.concat([first, sent]))).toBe(true);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

const hasAwsCli = spawnSync('aws', ['--version']).status === 0;

// It starts Python twice for each session.
describe.skipIf(!hasAwsCli)(
  'with the AWS CLI (skipped where there is no `aws` on PATH)',
  { timeout: 120_000 },
  () => {
    const args = (...more: string[]): string[] => [
      'ssm',
      'start-session',
      '--target',
      cli.online,
      '--endpoint-url',
      cli.lab.endpoint,
      ...more,
    ];
    const environment = (): Record<string, string> => ({
      ...environmentFor(cli.lab),
      HOME: process.env['HOME'] ?? '/',
      PATH: [dirname(cli.plugin), dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
      AWS_DEFAULT_REGION: cli.lab.region,
      AWS_CONFIG_FILE: '/nonexistent',
      AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    });

    it('a shell is opened in its terminal', async () => {
      const program = runInTerminal('aws', args(), environment());
      await program.waitFor(/[$#] /);
      program.type('echo sum-$((40+2))\r');
      await program.waitFor(/sum-42/);
      // To the node's command, not to the AWS CLI.
      program.type('echo up-$((1+1)); sleep 1000\r');
      await program.waitFor(/up-2/);
      program.type('\u0003');
      await program.waitFor(/[$#] /);
      program.type('exit\r');
      expect(await program.ended).toBe(0);
    });

    // Of a cluster with a key, so that the target in the key's context is checked too.
    it('a shell in a container is opened with ECS Exec, and goes on after a cut', async () => {
      const target = cli.lab.containers.find(({ name }) => name === 'report/report')?.id ?? '';
      const [, task = ''] = /^ecs:night_shift_([0-9a-f]+)_/.exec(target) ?? [];
      const program = runInTerminal(
        'aws',
        'ecs execute-command --cluster night_shift --container report --interactive --command /bin/sh --task'
          .split(' ')
          .concat(task, '--endpoint-url', cli.lab.endpoint),
        { ...environment(), AWS_ENDPOINT_URL_KMS: cli.lab.endpoint },
      );
      await program.waitFor(/SessionId: ecs-execute-command-[0-9a-f]+/);
      await program.waitFor(/[$#] /);
      program.type('echo $AWS_EXECUTION_ENV-$((40+2))\r');
      await program.waitFor(/AWS_ECS_FARGATE-42/);
      const [session = ''] = /ecs-execute-command-[0-9a-f]+/.exec(program.shown()) ?? [];
      await cli.addFault({ session, kind: 'cut', count: 1 });
      program.type('echo again-$((1+1))\r');
      await program.waitFor(/again-2/);
      program.type('exit\r');
      expect(await program.ended).toBe(0);
    });
  },
);
