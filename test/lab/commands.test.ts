import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { SeparatorPrefix } from '../../src/lab/agent/command/separator-prefix.ts';
import { splitWords } from '../../src/lab/agent/command/word-list.ts';
import type { Pace } from '../../src/lab/agent/pace.ts';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import { PayloadType } from '../../src/ssm/wire/payload-type.ts';
import { ScriptedClient } from './support/scripted-client.ts';

const clients: ScriptedClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.drop();
});

/** False for a zombie too: who reaps it is not the lab's affair. */
function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

async function open(lab: Lab, document: string, parameters: Record<string, string>): Promise<ScriptedClient> {
  const client = await ScriptedClient.open(lab, {
    DocumentName: document,
    Parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]])),
  });
  clients.push(client);
  return client;
}

describe.each<{ pace: Pace }>([{ pace: 'fast' }, { pace: 'agent' }])('at pace $pace', ({ pace }) => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ pace });
  });
  afterAll(() => lab.close());

  const run = async (parameters: Record<string, string>, document = 'AWS-StartNonInteractiveCommand') => {
    const client = await open(lab, document, parameters);
    await client.answerHandshake();
    return client;
  };
  const outputs = (client: ScriptedClient) => ({
    out: client.text(),
    err: client.text(PayloadType.stdErr),
    code: client.text(PayloadType.exitCode),
    output: client.channelClosed?.['Output'],
  });

  describe('a command', () => {
    test('shows both outputs together once it has finished, and no exit code', async () => {
      const client = await run({ command: 'sh -c "echo out; echo err >&2; exit 3"' });
      await client.closed();
      expect(outputs(client)).toEqual({ out: 'out\nerr\n', err: '', code: '', output: '' });
    });

    test('with its outputs apart shows each with its prefix, and the exit code last', async () => {
      const client = await run({
        command: 'sh -c "echo out; echo err >&2; exit 3"',
        separateOutputStream: 'True',
        stdOutSeparatorPrefix: 'STDOUT:',
        stdErrSeparatorPrefix: 'STDERR:',
      });
      await client.closed();
      expect(outputs(client)).toEqual({
        out: 'STDOUT:out\n',
        err: 'STDERR:err\n',
        code: 'EXIT_CODE: 3',
        output: '',
      });
      expect(client.delivered.at(-1)?.payloadType).toBe(PayloadType.exitCode);
    });

    test('that does not exist says so after its exit code', async () => {
      const client = await run({ command: 'no-such-command' }, 'Lab-SeparateCommand');
      await client.closed();
      expect(client.delivered.slice(2).map(({ payload }) => payload.toString())).toEqual([
        'EXIT_CODE: 1',
        'exec: "no-such-command": executable file not found in $PATH',
      ]);
      expect(client.channelClosed?.['Output']).toBe('');
    });

    test('that cannot be split into words fails the session', async () => {
      const client = await run({ command: "echo 'never closed" });
      await client.closed();
      expect(outputs(client).err).toContain('Unable to start command: ');
      expect(outputs(client).output).toContain('----------ERROR-------\nUnable to start command: ');
    });
  });
});

describe('a command', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ pace: 'fast' });
  });
  afterAll(() => lab.close());

  async function run(command: string, document = 'Lab-SeparateCommand'): Promise<ScriptedClient> {
    const client = await open(lab, document, { command });
    await client.answerHandshake();
    return client;
  }

  test('is not run by a shell', async () => {
    const client = await run('echo $HOME; echo two');
    await client.closed();
    expect(client.text()).toBe('$HOME; echo two\n');
  });

  test('has no terminal and no input', async () => {
    const client = await run('sh -c "cat; tty; echo end"');
    client.type('never read\n');
    await client.closed();
    expect(client.text()).toBe('not a tty\nend\n');
  });

  for (const [name, byte] of [
    ['Ctrl-C', '\u0003'],
    ['Ctrl-\\', '\u001c'],
  ] as const) {
    test(`is signalled by ${name}, and the message is acknowledged once it has ended`, async () => {
      const client = await run('sleep 60');
      client.send(PayloadType.size, '{"cols":80,"rows":24}');
      await client.until(() => client.acknowledged.length === 2);
      client.type(`ignored${byte}`);
      await client.closed();
      expect(client.text(PayloadType.exitCode)).toBe('EXIT_CODE: -1');
      expect(client.acknowledged).toEqual([0, 1, 2]);
    });
  }

  test('that takes a signal and goes on keeps the agent from reading anything, acknowledges included', async () => {
    const client = await run(
      `sh -c "trap 'echo caught; sleep 0.5; exit 7' INT; echo ready; sleep 60 >/dev/null 2>&1 & wait"`,
    );
    await client.until(() => client.text() === 'ready\n');
    const signalled = client.type('\u0003');
    client.type('x');
    await client.until(() => client.text() === 'ready\ncaught\n');
    expect(client.acknowledged).not.toContain(signalled);
    await client.closed();
    expect(client.acknowledged).toContain(signalled + 1);
    expect(client.text(PayloadType.exitCode)).toBe('EXIT_CODE: 7');
  });

  test('delivers three megabytes of each output, whole', async () => {
    const client = await run('sh -c "seq 1 400000; seq 1 400000 >&2"');
    await client.closed();
    const expected = Array.from({ length: 400_000 }, (_, index) => `${index + 1}\n`).join('');
    expect([client.text() === expected, client.text(PayloadType.stdErr) === expected]).toEqual([true, true]);
    expect(Math.max(...client.delivered.map(({ payload }) => payload.length))).toBeLessThanOrEqual(1024);
  });

  test('and what it left in the background are ended with the session', async () => {
    const client = await run('sh -c "sleep 1000 & echo pid:$!:; wait"');
    await client.until(() => /pid:\d+:/.test(client.text()));
    const pid = Number(/pid:(\d+):/.exec(client.text())?.[1]);
    await lab.close();
    expect(isRunning(pid)).toBe(false);
    lab = await startLab({ pace: 'fast' });
  });

  test('with a prefix of forbidden characters fails with the agent’s sentence', async () => {
    const client = await open(lab, 'AWS-StartNonInteractiveCommand', {
      command: 'true',
      separateOutputStream: 'True',
      stdErrSeparatorPrefix: 'std@OUT:',
    });
    await client.answerHandshake();
    await client.closed();
    expect(client.channelClosed?.['Output']).toBe('invalid stderrSeparatorPrefix std@OUT:');
  });

  test('has its outputs together at an agent before 3.1.1511.0, whatever the document says', async () => {
    const old = await startLab({ pace: 'fast', agentVersion: '3.1.1446.0' });
    try {
      const client = await open(old, 'Lab-SeparateCommand', { command: 'sh -c "echo out; echo err >&2"' });
      await client.answerHandshake();
      await client.closed();
      expect([client.text(), client.has(PayloadType.exitCode)]).toEqual(['out\nerr\n', false]);
    } finally {
      await old.close();
    }
  });

  test('tells a client before 1.2.312.0 that it should be updated', async () => {
    const client = await open(lab, 'Lab-SeparateCommand', { command: 'true' });
    await client.answerHandshake({ clientVersion: '1.2.279.0' });
    expect(client.json(PayloadType.handshakeComplete)['CustomerMessage']).toMatch(/1\.2\.312\.0.*\r\n$/);
  });

  test('is never heard of by an agent that does not know its kind', async () => {
    const old = await startLab({ pace: 'fast', agentVersion: '3.0.1000.0' });
    try {
      const client = await open(old, 'Lab-SeparateCommand', { command: 'true' });
      client.send(PayloadType.size, '{"cols":80,"rows":24}');
      const shell = await open(old, 'SSM-SessionManagerRunShell', {});
      await shell.until(() => shell.text() !== '');
      expect([client.delivered, client.acknowledged, client.isClosed]).toEqual([[], [], false]);
    } finally {
      await old.close();
    }
  });
});

describe('an interactive command', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ pace: 'fast' });
  });
  afterAll(() => lab.close());

  test('runs in a terminal without a handshake, and takes input', async () => {
    const client = await open(lab, 'AWS-StartInteractiveCommand', {
      command: 'printf name:; read x; echo "got $x"; stty size',
    });
    client.send(PayloadType.size, '{"cols":99,"rows":22}');
    await client.until(() => client.text() === 'name:');
    client.type('abc\r');
    await client.closed();
    expect(client.text()).toBe('name:abc\r\ngot abc\r\n22 99\r\n');
    expect(client.has(PayloadType.handshakeRequest)).toBe(false);
  });

  test('that is empty fails with the agent’s sentence', async () => {
    const client = await open(lab, 'AWS-StartInteractiveCommand', { command: ' ' });
    await client.closed();
    expect(client.channelClosed?.['Output']).toBe(
      'Commands cannot be empty for session type InteractiveCommands',
    );
  });
});

describe('words of a command', () => {
  test.each([
    ['sh -c "echo hello && echo world"', ['sh', '-c', 'echo hello && echo world']],
    ["a 'b  c'd\\ e", ['a', 'b  cd e']],
    ['say "a \\"quoted\\" \\word" \'\'', ['say', 'a "quoted" \\word', '']],
    ['  \t\n ', []],
  ])('%j are split as a shell splits them', (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });

  test.each(['"open', "'open", 'open\\'])('%j is refused', (text) => {
    expect(() => splitWords(text)).toThrow();
  });
});

test('a separator prefix stands at the first chunk and at each that follows a line feed', () => {
  const prefix = new SeparatorPrefix('P:');
  const marked = ['one', ' two\n', 'three\nfour', 'five'].map((chunk) =>
    Buffer.from(prefix.apply(Buffer.from(chunk))).toString(),
  );
  expect(marked).toEqual(['P:one', ' two\n', 'P:three\nfour', 'five']);
});
