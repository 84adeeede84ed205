import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Pace } from '../../src/lab/agent/pace.ts';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import type { ChannelState } from '../../src/ssm/channel/channel-types.ts';
import { type LiveSession, openSession } from '../../src/ssm/node/open-session.ts';
import { callApi, countsOf, postFaults, start } from './support/lab-caller.ts';

/** Our client and the lab's agent were written apart, from the protocol notes alone; here they meet. */
class Shell {
  readonly live: LiveSession;
  readonly states: ChannelState['kind'][] = [];
  readonly sessionId: string;
  firstOutputAt = 0;
  #output: Buffer[] = [];
  #waiters: (() => void)[] = [];

  constructor(lab: Lab, started: { SessionId: string; TokenValue: string; StreamUrl: string }) {
    this.sessionId = started.SessionId;
    this.live = openSession({
      sessionId: started.SessionId,
      tokenValue: started.TokenValue,
      streamUrl: started.StreamUrl,
      size: { cols: 80, rows: 24 },
      resume: async () => {
        const { body } = await callApi(lab, 'ResumeSession', { SessionId: started.SessionId });
        return { tokenValue: body['TokenValue'] as string };
      },
      classifyResumeError: () => 'retry',
      onOutput: (bytes) => {
        this.firstOutputAt ||= performance.now();
        this.#output.push(Buffer.from(bytes));
        this.#wake();
      },
      onState: (state) => {
        this.states.push(state.kind);
        this.#wake();
      },
      onDrain: () => {},
    });
  }

  get text(): string {
    return Buffer.concat(this.#output).toString();
  }

  get length(): number {
    return this.#output.reduce((sum, part) => sum + part.length, 0);
  }

  type(text: string): void {
    this.live.write(Buffer.from(text));
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#waiters.push(resolve);
      });
    }
  }

  #wake(): void {
    for (const waiter of this.#waiters.splice(0)) waiter();
  }
}

describe.each<{ pace: Pace; lines: number }>([
  { pace: 'fast', lines: 200_000 },
  { pace: 'agent', lines: 40_000 },
])('a shell at pace $pace', { timeout: 60_000 }, ({ pace, lines }) => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ pace });
  });
  afterAll(() => lab.close());

  const expected = Array.from({ length: lines }, (_, index) => `${index + 1}\r\n`).join('');
  const printed = (text: string) => text.split('BEGIN:')[1]?.split('END:')[0];
  const print = `printf 'BEGIN%s' ':'; seq 1 ${lines}; printf 'END%s' ':'`;

  test('has the size of the terminal and ends with its last byte delivered', async () => {
    const shell = new Shell(lab, await start(lab));
    shell.type(`stty size; ${print}; exit\r`);
    await shell.until(() => shell.states.at(-1) === 'ended');
    expect(shell.text).toContain('24 80');
    expect(printed(shell.text) === expected).toBe(true);
  });

  test('survives cuts in the middle of its output, and nothing is lost or repeated', async () => {
    const shell = new Shell(lab, await start(lab));
    shell.type(`${print}\r`);
    for (const part of [0.2, 0.5, 0.8]) {
      await shell.until(() => shell.length > expected.length * part);
      await postFaults(lab, { session: shell.sessionId, kind: 'cut' });
    }
    await shell.until(() => shell.text.endsWith('# ') || shell.text.endsWith('$ '));
    await shell.until(() => printed(shell.text) !== undefined && shell.text.includes('END:'));
    expect(printed(shell.text) === expected).toBe(true);
    expect((await countsOf(lab, shell.sessionId)).connections).toBeGreaterThan(1);
    shell.live.end();
  });

  test('shows its prompt, at the official pace after a second', async () => {
    const begunAt = performance.now();
    const shell = new Shell(lab, await start(lab));
    await shell.until(() => shell.length > 0);
    // Timers may be a millisecond early.
    if (pace === 'agent') expect(shell.firstOutputAt - begunAt).toBeGreaterThan(995);
    shell.live.end();
  });
});
