/**
 * One line on standard error, for whoever started the app from a terminal.
 *
 * Of an error only its name, its code and where it came from are told: its message may quote what a person typed or a
 * remote shell printed.
 */
export function logProblem(what: string, error?: unknown): void {
  console.error(`nodewharf: ${what}${error === undefined ? '' : `: ${describe(error)}`}`);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [`${error.name}${code}`, ...frames.slice(0, 8)].join('\n');
}
