import { afterAll, beforeAll } from 'vitest';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import { buildCli } from './build-cli.ts';

/** The built program and a lab to use it on, for the tests of one file; there once the first test runs. */
export interface CliOnLab {
  lab: Lab;
  /** Path of the built program. */
  program: string;
  /** Id of a managed node that is online, and of one that is not. */
  online: string;
  offline: string;
  args(target: string, ...more: string[]): string[];
}

export function cliOnLab(): CliOnLab {
  const there: Partial<CliOnLab> = {
    args: (target, ...more) => ['connect', target, '--endpoint-url', there.lab?.endpoint ?? '', ...more],
  };
  let remove: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    const [lab, cli] = await Promise.all([startLab({ pace: 'fast' }), buildCli()]);
    remove = () => cli.remove();
    const idOf = (isOnline: boolean): string => lab.nodes.find(({ online }) => online === isOnline)?.id ?? '';
    Object.assign(there, { lab, program: cli.program, online: idOf(true), offline: idOf(false) });
  }, 120_000);
  afterAll(async () => {
    await there.lab?.close();
    await remove?.();
  });
  return there as CliOnLab;
}
