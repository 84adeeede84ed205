import { afterAll, beforeAll, expect } from 'vitest';
import { createControlPlane } from '../../src/aws/control-plane.ts';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import { programsUnderTest } from './programs-under-test.ts';

/** The built programs and a lab to use them on, for the tests of one file; there once the first test runs. */
export interface CliOnLab {
  lab: Lab;
  /** Path of the built client, and of the launcher of the drop-in plugin. */
  program: string;
  plugin: string;
  /** Id of a managed node that is online, and of one that is not. */
  online: string;
  offline: string;
  /** Port of a web server on the node. */
  demoPort: number;
  args(target: string, ...more: string[]): string[];
  /** The session's status at the service. */
  statusOf(sessionId: string): Promise<string | undefined>;
  addFault(fault: object): Promise<void>;
  /** Cuts the connection and lets no other be made, until the returned function is called. */
  loseConnection(sessionId: string): Promise<() => Promise<void>>;
}

export function cliOnLab(): CliOnLab {
  const there: Partial<CliOnLab> = {
    args: (target, ...more) => ['connect', target, '--endpoint-url', there.lab?.endpoint ?? '', ...more],
    async statusOf(sessionId) {
      const lab = there.lab as Lab;
      const plane = createControlPlane({ region: lab.region, endpoint: lab.endpoint, credentials: lab });
      try {
        return (await plane.describeSession(sessionId))?.status;
      } finally {
        plane.close();
      }
    },
    addFault: (fault) => control('/faults', fault),
    async loseConnection(session) {
      await control('/faults', {
        session,
        kind: 'refuse-resume',
        code: 'InternalServerError',
        count: 1_000_000,
      });
      await control('/cut', { session });
      return () => control('/faults/clear', { session });
    },
  };
  const control = async (path: string, body: object): Promise<void> => {
    const response = await fetch(`${there.lab?.control}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(200);
  };
  beforeAll(async () => {
    const [lab, programs] = await Promise.all([startLab({ pace: 'fast', ecs: true }), programsUnderTest()]);
    const nodeThat = (isOnline: boolean) => lab.nodes.find(({ online }) => online === isOnline);
    Object.assign(there, {
      lab,
      program: programs.cli,
      plugin: programs.plugin,
      online: nodeThat(true)?.id,
      offline: nodeThat(false)?.id,
      demoPort: nodeThat(true)?.demoPort,
    });
  }, 120_000);
  afterAll(async () => {
    await there.lab?.close();
  });
  return there as CliOnLab;
}
