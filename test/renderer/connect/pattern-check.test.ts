import { describe, expect, test, vi } from 'vitest';
import {
  askPatternIn,
  isOurDialect,
  judgePattern,
  type PatternWorker,
} from '../../../src/renderer/connect/pattern-check.ts';

const port = '^([1-9]|[1-9][0-9]{1,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$';
const host = '^[^,$^&\\(\\)!;\'"<>`{}\\[\\]\\|#=]{3,}$';

describe('a pattern', () => {
  test.each([
    [port, ['8080'], 'fits'],
    [port, ['80', '70000'], 'differs'],
    [host, ['db.internal'], 'fits'],
    [host, ['a;b'], 'differs'],
    ['(', ['x'], 'unknown'],
  ] as const)('%s and %j: %s', (pattern, values, verdict) => {
    expect(judgePattern({ pattern, values })).toBe(verdict);
  });

  test.each(['\\p{Alpha}+', '(?i)abc', 'a++', '[a-z&&[^x]]', '\\Qa.b\\E', '^x\\z', '(?>a|b)'])(
    '%s means another thing to the service, so it is left to it',
    (pattern) => expect(isOurDialect(pattern)).toBe(false),
  );

  test.each([port, host, '^\\[a\\]\\++$', '^(True|False)$', '(?:a|b)(?=c)'])(
    '%s means the same here',
    (pattern) => expect(isOurDialect(pattern)).toBe(true),
  );
});

class Worker implements PatternWorker {
  onmessage: PatternWorker['onmessage'] = null;
  onerror: PatternWorker['onerror'] = null;
  isEnded = false;
  readonly answer: (worker: Worker) => void;
  constructor(answer: (worker: Worker) => void) {
    this.answer = answer;
  }
  postMessage(): void {
    this.answer(this);
  }
  terminate(): void {
    this.isEnded = true;
  }
}

describe('a worker is asked', () => {
  const question = { pattern: '^a$', values: ['a'] };

  test('and ended when it has answered', async () => {
    const worker = new Worker((self) => self.onmessage?.(new MessageEvent('message', { data: 'differs' })));
    expect(await askPatternIn(() => worker)(question)).toBe('differs');
    expect(worker.isEnded).toBe(true);
  });

  test('and ended when its pattern takes for ever, which the service then decides', async () => {
    vi.useFakeTimers();
    const worker = new Worker(() => {});
    const verdict = askPatternIn(() => worker)({ pattern: '^(a+)+$', values: [`${'a'.repeat(40)}!`] });
    await vi.advanceTimersByTimeAsync(1000);
    expect(await verdict).toBe('unknown');
    expect(worker.isEnded).toBe(true);
    vi.useRealTimers();
  });

  test('not at all, where there is nothing to ask', async () => {
    const never = (): never => {
      throw new Error('no worker was needed');
    };
    expect(await askPatternIn(never)({ pattern: '', values: ['a'] })).toBe('fits');
    expect(await askPatternIn(never)({ pattern: '^a$', values: [] })).toBe('fits');
    expect(await askPatternIn(never)({ pattern: '\\p{L}', values: ['a'] })).toBe('unknown');
  });
});
