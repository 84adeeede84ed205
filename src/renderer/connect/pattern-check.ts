/**
 * What a document's `allowedPattern` says of a value. `unknown`: this computer cannot tell, and the service decides.
 */
export type PatternVerdict = 'fits' | 'differs' | 'unknown';

/** Asks in a worker, since whoever wrote the document wrote the pattern, and a pattern can take for ever. */
export type AskPattern = (question: PatternQuestion) => Promise<PatternVerdict>;

export interface PatternQuestion {
  readonly pattern: string;
  readonly values: readonly string[];
}

/** Longer than any pattern in use needs, shorter than anybody notices. */
const patienceMs = 250;

/**
 * Constructs that mean another thing in the service's dialect (Java's) than here, or nothing here: named classes, inline
 * flags, quoting, possessive repeats, other anchors, classes within classes.
 */
const otherEscape = /\\[pPQEAzZGhHRXea]/;
const otherSyntax = /\(\?[a-zA-Z>]|[*+?}]\+|\[[^\]]*\[|&&/;

/** Whether a pattern is one that means the same here. */
export const isOurDialect = (pattern: string): boolean =>
  !otherEscape.test(pattern) && !otherSyntax.test(pattern.replaceAll(/\\./g, '_'));

/** Finds the pattern anywhere in a value, as the service does with patterns that say `^` and `$` themselves. */
export function judgePattern({ pattern, values }: PatternQuestion): PatternVerdict {
  try {
    const expression = new RegExp(pattern);
    return values.every((value) => expression.test(value)) ? 'fits' : 'differs';
  } catch {
    return 'unknown';
  }
}

/** The worker's side of the question, as much of it as is used here. */
export interface PatternWorker {
  postMessage(question: PatternQuestion): void;
  onmessage: ((event: MessageEvent<PatternVerdict>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

/** A worker that does not answer in time is ended, and its pattern taken for one that cannot be told here. */
export function askPatternIn(startWorker: () => PatternWorker): AskPattern {
  return (question) => {
    if (question.pattern === '' || question.values.length === 0) return Promise.resolve('fits');
    if (!isOurDialect(question.pattern)) return Promise.resolve('unknown');
    return new Promise((resolve) => {
      const worker = startWorker();
      const settle = (verdict: PatternVerdict): void => {
        clearTimeout(timer);
        worker.terminate();
        resolve(verdict);
      };
      const timer = setTimeout(() => settle('unknown'), patienceMs);
      worker.onmessage = ({ data }) => settle(data);
      worker.onerror = () => settle('unknown');
      worker.postMessage(question);
    });
  };
}
