import type { Program, ProgramHost } from './program.ts';

/** A program that could not begin: the session ends as Failed, with `output` for the client, after `waitMs`. */
export function failedProgram(host: ProgramHost, output: string, waitMs: number): Program {
  host.after(waitMs, () => host.end({ status: 'Failed', output }, 'quiet'));
  return { take: () => 'taken', wake: () => undefined, kill: () => Promise.resolve() };
}
