import { fork } from 'node:child_process';

/** What a client needs to be started, as its arguments have it. */
/** @typedef {{ response: object, request: object, region: string, endpoint: string, env: Record<string, string> }} Started */

/**
 * The bench's own far side, seen from the parent. `start` answers a session, `received` what its far end has got so far.
 * `folder` is for what clients leave lying about.
 */
export async function openFarSide(program, folder) {
  const child = fork(program, { stdio: ['ignore', 2, 2, 'ipc'] });
  const waiting = new Map();
  let number = 0;
  const endpoint = await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The far side ended with code ${code}.`)));
    child.on('message', (message) => {
      if (message.ready !== undefined) resolve(message.ready);
      else waiting.get(message.number)?.(message.answer);
      waiting.delete(message.number);
    });
  });
  const ask = (question, value) =>
    new Promise((resolve) => {
      number += 1;
      waiting.set(number, resolve);
      child.send({ number, ask: question, value });
    });
  return {
    name: 'own',
    pid: child.pid,
    /** @param {{ kind: 'port', localPort: number } | { kind: 'shell', traffic?: object }} spec */
    start: async (spec) => ({
      response: await ask('start', spec),
      request: {
        Target: 'i-0bench00000000000',
        ...(spec.kind === 'port' ? { DocumentName: 'AWS-StartPortForwardingSession' } : {}),
      },
      region: 'us-east-1',
      endpoint,
      // Nothing else: Node, for one, reads a file named by NODE_EXTRA_CA_CERTS at each start, which is not ours to measure.
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        TMPDIR: folder,
        AWS_ACCESS_KEY_ID: 'AKIDBENCH',
        AWS_SECRET_ACCESS_KEY: 'bench',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    }),
    received: (sessionId) => ask('received', sessionId),
    /** Drops every connection. */
    endSessions: () => ask('end'),
    close: () => {
      child.removeAllListeners('exit');
      child.disconnect();
      return new Promise((resolve) => child.once('exit', resolve));
    },
  };
}
