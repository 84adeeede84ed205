import { askPatternIn } from './pattern-check.ts';

export const askPattern = askPatternIn(
  () => new Worker(new URL('./pattern-worker.ts', import.meta.url), { type: 'module', name: 'pattern' }),
);
