import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { type PtyProcess, startPtyProcess } from '../../src/lab/agent/pty-process.ts';

const started: PtyProcess[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((program) => program.kill()));
});

interface Run {
  program: PtyProcess;
  /** All output, once the program has ended. */
  ended: Promise<Buffer>;
}

function run(command: string, onOutput: (program: PtyProcess, bytes: Uint8Array) => void = () => {}): Run {
  const output: Buffer[] = [];
  let resolve: (all: Buffer) => void = () => {};
  const ended = new Promise<Buffer>((done) => {
    resolve = done;
  });
  const program = startPtyProcess(
    { file: 'sh', args: ['-c', command], cwd: '/', environment: { ...process.env, TERM: 'xterm-256color' } },
    {
      onOutput: (bytes) => {
        output.push(Buffer.from(bytes));
        onOutput(program, bytes);
      },
      onInputDrain: () => {},
      onEnd: () => resolve(Buffer.concat(output)),
    },
  );
  started.push(program);
  return { program, ended };
}

/** `size` bytes of numbered lines, so that a hole or a repetition shows. */
const printLines = (size: number) => `seq 1 100000000 | head -c ${size}`;

/** What the terminal makes of {@link printLines}: each new line with a carriage return before it. */
function expectedLines(size: number): Buffer {
  let text = '';
  for (let line = 1; text.length < size; line += 1) text += `${line}\n`;
  return Buffer.from(text.slice(0, size).replaceAll('\n', '\r\n'));
}

describe.skipIf(process.platform === 'win32')('a program on a pty', () => {
  for (const size of [3_000, 20_000, 200_000, 3_000_000, 33_000_000]) {
    test(`delivers ${size} bytes to the last one although it exits right after writing them`, async () => {
      const output = await run(printLines(size)).ended;
      expect(output.equals(expectedLines(size))).toBe(true);
    });
  }

  for (const size of [3_000, 20_000, 3_000_000]) {
    test(`delivers ${size} bytes to a reader that keeps pausing past the exit`, async () => {
      let budget = 0;
      const { ended } = run(printLines(size), (program, bytes) => {
        budget += bytes.length;
        if (budget < 256 * 1024 && size > 100_000) return;
        budget = 0;
        program.pause();
        // Longer than the 200 ms after which node-pty alone would throw the rest away.
        setTimeout(() => program.resume(), size > 100_000 ? 30 : 300);
      });
      expect((await ended).equals(expectedLines(size))).toBe(true);
    });
  }

  test('ends when the program exits while a background job still holds the terminal', async () => {
    const { ended } = run('trap "" HUP; sleep 30 & echo last');
    expect((await ended).toString()).toBe('last\r\n');
  });

  test('ends although the terminal has been stopped with Ctrl-S', async () => {
    const { program, ended } = run('echo ready; read line; exit 0', (running, bytes) => {
      if (Buffer.from(bytes).includes('ready')) running.write(Buffer.from('\x13'));
    });
    process.kill(program.pid, 'SIGTERM');
    expect((await ended).toString()).toMatch(/^(ready\r\n)?/);
  });

  test('begins with a size of 0 by 0 and takes the sizes it is given, cut to 16 bits', async () => {
    const { ended } = run('stty size; read line; stty size; read line; stty size', (running, bytes) => {
      if (Buffer.from(bytes).includes('0 0')) running.resize(132, 43);
      if (Buffer.from(bytes).includes('0 0') || Buffer.from(bytes).includes('43 132'))
        running.write(Buffer.from('\n'));
    });
    const first = (await ended).toString().replaceAll('\r\n', ' ');
    expect(first).toContain('0 0');
    expect(first).toContain('43 132');
  });

  test('takes a megabyte of input without losing a byte', async () => {
    const { ended } = run('stty raw -echo; echo go; head -c 1000000 | sha256sum', (running, bytes) => {
      if (Buffer.from(bytes).includes('go')) running.write(Buffer.alloc(1_000_000, 'x'));
    });
    const digest = createHash('sha256').update(Buffer.alloc(1_000_000, 'x')).digest('hex');
    expect((await ended).toString()).toContain(digest);
  });

  test.runIf(process.platform === 'linux')(
    'kills its jobs too, even those that ignore the hang-up',
    async () => {
      let isReady: () => void = () => {};
      const ready = new Promise<void>((resolve) => {
        isReady = resolve;
      });
      const { program } = run(
        'set -m; trap "" HUP TERM; sleep 77 & sleep 78 & echo ready; wait',
        (_running, bytes) => {
          if (Buffer.from(bytes).includes('ready')) isReady();
        },
      );
      await ready;
      await program.kill();
      expect(await eventuallyGone(program.pid)).toEqual([]);
    },
  );
});

/** Ids of processes (zombies aside) in the session of `leader`, once there are none or after two seconds. */
async function eventuallyGone(leader: number): Promise<number[]> {
  const deadline = Date.now() + 2000;
  for (;;) {
    const left = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((id) => {
        try {
          const stat = readFileSync(`/proc/${id}/stat`, 'latin1');
          const [state, , , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
          return state !== 'Z' && Number(session) === leader;
        } catch {
          return false;
        }
      });
    if (left.length === 0 || Date.now() > deadline) return left;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
