import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LabOwner, type LabProcess, type LabReady } from '../../src/main/lab/lab-owner.ts';

const ready: LabReady = {
  endpoint: 'http://127.0.0.1:1',
  region: 'us-east-1',
  accessKeyId: 'a',
  secretAccessKey: 's',
  demoPort: 18_080,
};

class FakeProcess implements LabProcess {
  readonly asked: string[] = [];
  #onReady: (ready: LabReady) => void = () => {};
  readonly #onExit: (() => void)[] = [];
  onReady(listener: (ready: LabReady) => void): void {
    this.#onReady = listener;
  }
  onExit(listener: () => void): void {
    this.#onExit.push(listener);
  }
  askToEnd(): void {
    this.asked.push('end');
  }
  kill(): void {
    this.asked.push('kill');
  }
  getsReady(): void {
    this.#onReady(ready);
  }
  exits(): void {
    for (const listener of this.#onExit) listener();
  }
}

function bench(): { owner: LabOwner; processes: FakeProcess[] } {
  const processes: FakeProcess[] = [];
  const owner = new LabOwner(() => {
    const process = new FakeProcess();
    processes.push(process);
    return process;
  });
  return { owner, processes };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('one lab serves all who ask', async () => {
  const { owner, processes } = bench();
  const asked = [owner.open(), owner.open()];
  processes[0]?.getsReady();
  const [first, second] = await Promise.all(asked);
  expect([first === second, processes.length, first?.endpoint]).toEqual([true, 1, ready.endpoint]);
});

test('a lab that has died is known to have ended, and the next who asks gets a new one', async () => {
  const { owner, processes } = bench();
  const asked = owner.open();
  processes[0]?.getsReady();
  const access = await asked;
  expect(access.hasEnded()).toBe(false);
  processes[0]?.exits();
  expect(access.hasEnded()).toBe(true);
  const again = owner.open();
  processes[1]?.getsReady();
  expect((await again).hasEnded()).toBe(false);
});

test('a lab that dies while it starts fails those who wait, and the next start is a new try', async () => {
  const { owner, processes } = bench();
  const asked = owner.open();
  processes[0]?.exits();
  await expect(asked).rejects.toMatchObject({ data: { code: 'lab-failed' } });
  void owner.open();
  expect(processes.length).toBe(2);
});

test('a lab that says nothing is given up and killed', async () => {
  const { owner, processes } = bench();
  const asked = owner.open();
  await Promise.all([
    expect(asked).rejects.toMatchObject({ data: { code: 'lab-failed' } }),
    vi.advanceTimersByTimeAsync(20_000),
  ]);
  expect(processes[0]?.asked).toEqual(['kill']);
});

test('the end asks the lab and waits until it is gone', async () => {
  const { owner, processes } = bench();
  void owner.open();
  processes[0]?.getsReady();
  const ended = owner.end();
  expect(processes[0]?.asked).toEqual(['end']);
  processes[0]?.exits();
  await ended;
  expect(processes[0]?.asked).toEqual(['end']);
  await expect(owner.open()).rejects.toMatchObject({ data: { code: 'lab-failed' } });
});

test('a lab that does not end is killed', async () => {
  const { owner, processes } = bench();
  void owner.open();
  processes[0]?.getsReady();
  const ended = owner.end();
  await vi.advanceTimersByTimeAsync(2_000);
  await ended;
  expect(processes[0]?.asked).toEqual(['end', 'kill']);
});

test('without a lab there is nothing to end', async () => {
  await bench().owner.end();
});
