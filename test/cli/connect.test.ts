import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { cliOnLab } from './cli-on-lab.ts';
import { environmentFor, runWithPipes, startInTerminal, type TerminalProgram } from './program.ts';

const cli = cliOnLab();

const connect = (size?: { cols: number; rows: number }): TerminalProgram =>
  startInTerminal(cli.program, cli.args(cli.online), environmentFor(cli.lab), size);
const runPiped = (input: string | Uint8Array) =>
  runWithPipes(cli.program, cli.args(cli.online), environmentFor(cli.lab), input);

/** Id of the session that a program runs, from its first line. */
async function sessionIdOf(program: TerminalProgram): Promise<string> {
  const shown = await program.waitFor(/session \S+ on /);
  const id = /session (\S+) on /.exec(shown)?.[1];
  if (id === undefined) throw new Error('no session id was shown');
  return id;
}

const statusOf: typeof cli.statusOf = (sessionId) => cli.statusOf(sessionId);
const addFault: typeof cli.addFault = (fault) => cli.addFault(fault);

describe('in a terminal', () => {
  it('a command is typed, its output is seen, and the end of the shell ends the program with 0', async () => {
    const program = connect();
    await program.waitFor(/[$#] /);
    program.type('echo sum-$((40+2))\r');
    await program.waitFor(/sum-42/);
    program.type('exit\r');
    expect(await program.ended).toBe(0);
    expect(program.shown()).toContain('The session has ended.');
  });

  it('the node sees the size of the terminal, first and after a change', async () => {
    const program = connect({ cols: 101, rows: 31 });
    await program.waitFor(/[$#] /);
    program.type('stty size\r');
    await program.waitFor(/31 101/);
    program.resize(87, 23);
    // The change travels by itself; asked again and again, the node gives the new size at last.
    program.type('while [ "$(stty size)" != "23 87" ]; do :; done; echo changed-$((1+1))\r');
    await program.waitFor(/changed-2/);
    program.type('exit\r');
    expect(await program.ended).toBe(0);
  });

  it('Ctrl-C and other control characters go to the node as bytes', async () => {
    const program = connect();
    await program.waitFor(/[$#] /);
    program.type('stty raw -echo; printf ready; dd bs=1 count=5 2>/dev/null | od -An -tx1; stty sane\r');
    await program.waitFor(/ready$/);
    program.type('\u0003\u001a\u001c\u0011\u0013');
    await program.waitFor(/03 1a 1c 11 13[^]*[$#] /);
    program.type('echo up-$((1+1)); sleep 1000\r');
    await program.waitFor(/up-2/);
    program.type('\u0003');
    await program.waitFor(/[$#] /);
    program.type('echo alive-$((1+1))\r');
    await program.waitFor(/alive-2/);
    program.type('exit\r');
    expect(await program.ended).toBe(0);
  });

  it('a line feed from the node stays one, so that full-screen programs draw where they mean to', async () => {
    const program = connect();
    await program.waitFor(/[$#] /);
    program.type("stty -opost; printf '%s\\nb\\r\\nc' a-$((1+1)); stty opost\r");
    const shown = await program.waitFor(/a-2[^]*c/);
    expect(shown).toContain('a-2\nb\r\nc');
    program.type('exit\r');
    expect(await program.ended).toBe(0);
  });

  it('Enter ~. ends the session here and at the service', async () => {
    const program = connect();
    const sessionId = await sessionIdOf(program);
    await program.waitFor(/[$#] /);
    program.type('\r~.');
    expect(await program.ended).toBe(0);
    expect(program.shown()).toContain('ended from here');
    expect(await statusOf(sessionId)).toMatch(/Terminat/);
  });

  it('~. works while the far end does not answer', async () => {
    const program = connect();
    const sessionId = await sessionIdOf(program);
    await program.waitFor(/[$#] /);
    await addFault({ session: sessionId, kind: 'stall' });
    program.type('\rls\r~.');
    expect(await program.ended).toBe(0);
    expect(await statusOf(sessionId)).toMatch(/Terminat/);
  });

  it('~? lists the keys and the session goes on', async () => {
    const program = connect();
    await program.waitFor(/[$#] /);
    program.type('~?');
    await program.waitFor(/this list/);
    program.type('echo on-$((1+1))\r');
    await program.waitFor(/on-2/);
    program.type('exit\r');
    expect(await program.ended).toBe(0);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends the session at the service and exits with %i', async (signal, code) => {
    const program = connect();
    const sessionId = await sessionIdOf(program);
    await program.waitFor(/[$#] /);
    program.kill(signal);
    // A parent such as npm passes on what the terminal has already sent to both.
    program.kill(signal);
    expect(await program.ended).toBe(code);
    expect(await statusOf(sessionId)).toMatch(/Terminat/);
  });

  it('a terminal that goes away ends the session at the service', async () => {
    const program = connect();
    const sessionId = await sessionIdOf(program);
    await program.waitFor(/[$#] /);
    program.hangUp();
    await program.ended;
    expect(await statusOf(sessionId)).toMatch(/Terminat/);
  });

  it('a connection that is cut and back at once is not worth a word', async () => {
    const program = connect();
    const sessionId = await sessionIdOf(program);
    await program.waitFor(/[$#] /);
    await addFault({ session: sessionId, kind: 'cut', count: 1 });
    program.type('echo through-$((1+1))\r');
    await program.waitFor(/through-2/);
    program.type('exit\r');
    expect(await program.ended).toBe(0);
    expect(program.shown()).not.toMatch(/reconnecting|connected again/);
  });

  it('a connection that stays away is told of, and the session goes on', async () => {
    const program = connect();
    const sessionId = await sessionIdOf(program);
    await program.waitFor(/[$#] /);
    const giveBack = await cli.loseConnection(sessionId);
    program.type('echo through-$((1+1))\r');
    await program.waitFor(/reconnecting/);
    await giveBack();
    await program.waitFor(/connected again/);
    await program.waitFor(/through-2/);
    program.type('exit\r');
    expect(await program.ended).toBe(0);
  });

  it('a full-screen program keeps its screen: the loss is in the title, and the end puts all back', async () => {
    const program = connect();
    const sessionId = await sessionIdOf(program);
    await program.waitFor(/[$#] /);
    program.type("printf '\\033[?1049h\\033[?25l%s' full-$((1+1)); cat\r");
    await program.waitFor(/full-2/);
    const giveBack = await cli.loseConnection(sessionId);
    await program.waitFor(/\u001b\]2;nodewharf: the connection was lost/);
    await giveBack();
    await program.waitFor(/\u001b\]2;nodewharf: connected again\u0007\u001b\[23;2t/);
    program.kill('SIGTERM');
    expect(await program.ended).toBe(143);
    const shown = program.shown();
    expect(shown.slice(shown.indexOf('full-2'))).not.toMatch(/^nodewharf:/m);
    expect(shown).toContain('\u001b[?25h\u001b[?1049l');
  });

  it('a session that the service no longer knows ends with 5', async () => {
    const program = connect();
    const sessionId = await sessionIdOf(program);
    await program.waitFor(/[$#] /);
    await addFault({ session: sessionId, kind: 'refuse-resume', code: 'DoesNotExistException' });
    await addFault({ session: sessionId, kind: 'cut', count: 1 });
    program.type('\r');
    await program.waitFor(/no longer knows the session/);
    expect(await program.ended).toBe(5);
  });

  it('credentials that no longer do are waited for, and Enter tries again', async () => {
    const program = connect();
    const sessionId = await sessionIdOf(program);
    await program.waitFor(/[$#] /);
    await addFault({ session: sessionId, kind: 'refuse-resume', code: 'ExpiredTokenException', count: 1 });
    await addFault({ session: sessionId, kind: 'cut', count: 1 });
    // Any key makes a frame that meets the cut; Enter would already be an answer to what follows.
    program.type(' ');
    await program.waitFor(/have expired/);
    await program.waitFor(/Enter tries again/);
    program.type('typed while waiting\r');
    await program.waitFor(/connected again/);
    program.type('echo back-$((1+1))\r');
    expect(await program.waitFor(/back-2/)).not.toContain('typed while waiting');
    program.type('exit\r');
    expect(await program.ended).toBe(0);
  });

  it('a fault inside ends the session at the service and exits with 1, without a stack trace', async () => {
    const program = startInTerminal(cli.program, cli.args(cli.online), {
      ...environmentFor(cli.lab),
      NODE_OPTIONS: faultOnSignal,
    });
    const sessionId = await sessionIdOf(program);
    await program.waitFor(/[$#] /);
    program.kill('SIGUSR2');
    expect(await program.ended).toBe(1);
    expect(program.shown()).toContain('Something failed inside Nodewharf.');
    expect(program.shown()).not.toMatch(/planted|\n\s+at /);
    expect(await statusOf(sessionId)).toMatch(/Terminat/);
  });
});

/** Node option that makes the program throw where nobody catches it, when told to. */
const faultOnSignal = `--import data:text/javascript;base64,${Buffer.from(
  "process.on('SIGUSR2', () => { throw new Error('planted'); })",
).toString('base64')}`;

describe('the terminal is left as it was found', () => {
  /** The program under a parent that shares its terminal, as a shell does, and compares the modes before and after. */
  function startUnderShell(): TerminalProgram {
    const script = `
      const { spawn, spawnSync } = require('node:child_process');
      const stty = (...args) => spawnSync('stty', args, { stdio: ['inherit', 'pipe', 'inherit'] }).stdout.toString();
      const before = stty('-g');
      const child = spawn(process.execPath, ${JSON.stringify([cli.program, ...cli.args(cli.online)])}, { stdio: 'inherit' });
      process.on('SIGTERM', () => child.kill('SIGTERM'));
      process.on('SIGUSR1', () => {
        child.kill('SIGSTOP');
        stty('sane');
        child.kill('SIGCONT');
        while (!stty('-a').includes('-icanon')) {}
        console.log('raw-again');
      });
      child.on('exit', (code) => {
        console.log('terminal-' + (before === stty('-g') ? 'restored' : 'changed') + ' code-' + code);
        process.stdin.once('data', () => process.exit());
      });`;
    return startInTerminal('-e', [script], environmentFor(cli.lab));
  }

  const endings: [string, (program: TerminalProgram) => void, number][] = [
    ['the shell ends', (program) => program.type('exit\r'), 0],
    ['~. ends it', (program) => program.type('\r~.'), 0],
    ['a signal ends it', (program) => program.kill('SIGTERM'), 143],
  ];
  it.each(endings)('when %s', async (_name, end, code) => {
    const program = startUnderShell();
    await program.waitFor(/[$#] /);
    end(program);
    expect(await program.waitFor(/terminal-\w+ code-\d+/)).toContain(`terminal-restored code-${code}`);
    program.type('\r');
    await program.ended;
  });

  it('and is raw again after a stop and continue from outside', async () => {
    const program = startUnderShell();
    await program.waitFor(/[$#] /);
    program.kill('SIGUSR1');
    await program.waitFor(/raw-again/);
    // In any other mode this would reach the program itself as a signal.
    program.type('\u0003');
    await program.waitFor(/[$#] /);
    program.type('exit\r');
    expect(await program.waitFor(/terminal-\w+ code-\d+/)).toContain('terminal-restored code-0');
    program.type('\r');
    await program.ended;
  });
});

describe('with pipes', () => {
  it('input is sent as it comes, and its end ends the shell', async () => {
    const { code, stdout, stderr } = await runPiped('echo one-$((0+1))\necho two-$((1+1))\n');
    expect(stdout).toContain('one-1');
    expect(stdout).toContain('two-2');
    expect(stderr).toContain('The session has ended.');
    expect(code).toBe(0);
  });

  it('a last line without its end is carried out as well', async () => {
    expect((await runPiped('echo last-$((1+1))')).stdout).toContain('last-2');
  });

  it('no input at all ends the shell', async () => {
    expect((await runPiped('')).code).toBe(0);
  });

  it('the node is told a usual size', async () => {
    expect((await runPiped('stty size\n')).stdout).toContain('24 80');
  });

  it('every program on the node meets the end of the input, the shell last', async () => {
    const { code, stdout } = await runPiped('cat >/dev/null; echo after-$((1+1))\nswallowed\n');
    expect(stdout).toContain('after-2');
    expect(code).toBe(0);
  });

  it('much output passes through whole, and a reader that is slow loses nothing', async () => {
    const child = spawn(process.execPath, [cli.program, ...cli.args(cli.online)], {
      env: environmentFor(cli.lab),
      stdio: 'pipe',
    });
    child.stdin.end("stty -onlcr -echo; printf 'begin:'; seq 1 300000; printf ':end'\n");
    let text = '';
    child.stdout.setEncoding('utf8');
    for await (const chunk of child.stdout) {
      text += chunk as string;
      // Each chunk is looked at for a turn of the loop, so that the pipe is full most of the time.
      await new Promise((resolve) => setImmediate(resolve));
    }
    const body = /begin:((?:\d+\n)+):end/.exec(text)?.[1] ?? '';
    const expected = Array.from({ length: 300_000 }, (_, index) => `${index + 1}\n`).join('');
    expect(body.length).toBe(expected.length);
    expect(body === expected).toBe(true);
  });

  it('much input passes through whole', async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index}\n`).join('');
    const { stdout } = await runPiped(
      `stty -echo; cat > /dev/null <<'EOT'; echo done-$((1+1))\n${lines}EOT\n`,
    );
    expect(stdout).toContain('done-2');
  });

  it('a reader that has gone ends the session, as in any pipe', async () => {
    const child = spawn(process.execPath, [cli.program, ...cli.args(cli.online)], {
      env: environmentFor(cli.lab),
      stdio: 'pipe',
    });
    child.stdin.write('while :; do echo endless; done\n');
    child.stdin.on('error', () => undefined);
    child.stdout.once('data', () => child.stdout.destroy());
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(141);
  });

  it('SIGINT ends the session at the service and exits with 130', async () => {
    const child = spawn(process.execPath, [cli.program, ...cli.args(cli.online)], {
      env: environmentFor(cli.lab),
      stdio: 'pipe',
    });
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(130);
  });
});
