import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { programsUnderTest } from '../cli/programs-under-test.ts';
import { echoServer, survivalBench } from './support/bench.ts';
import { EchoStream, undamaged } from './support/echo-stream.ts';

/** How long the client is stopped: a few seconds, or by hand ten minutes (`NODEWHARF_SUSPEND_SECONDS=600`). */
const suspendedMs = 1000 * Number(process.env['NODEWHARF_SUSPEND_SECONDS'] ?? 4);
const timeoutMs = 60_000 + suspendedMs;

const bench = survivalBench();

/** A tunnel of the command-line client, with one connection through it that comes back. */
async function forward(): Promise<{ client: ChildProcess; sessionId: string; echo: EchoStream }> {
  const { lab } = bench;
  const { cli } = await programsUnderTest();
  const port = await echoServer(bench.closeLater);
  const client = spawn(
    process.execPath,
    [cli, 'forward', lab.target, '--endpoint-url', lab.endpoint, '--remote-port', String(port)],
    {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: '/nonexistent',
        AWS_ACCESS_KEY_ID: lab.accessKeyId,
        AWS_SECRET_ACCESS_KEY: lab.secretAccessKey,
        AWS_REGION: lab.region,
        AWS_EC2_METADATA_DISABLED: 'true',
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  const ended = once(client, 'exit');
  bench.closeLater(async () => {
    client.kill('SIGCONT');
    client.kill('SIGKILL');
    await ended;
  });
  const [, sessionId = '', localPort] = await new Promise<string[]>((resolve) => {
    for (const stream of [client.stdout, client.stderr]) {
      createInterface(stream).on('line', (line) => {
        const match = /session (\S+): listening on 127\.0\.0\.1:(\d+) for/.exec(line);
        if (match !== null) resolve([...match]);
      });
    }
  });
  const socket = connect({ host: '127.0.0.1', port: Number(localPort) });
  socket.on('error', () => undefined);
  bench.closeLater(() => socket.destroy());
  await once(socket, 'connect');
  const echo = new EchoStream(2, (bytes) => void socket.write(bytes));
  socket.on('data', (bytes: Buffer) => echo.take(bytes));
  echo.send(1000);
  await echo.returned();
  return { client, sessionId, echo };
}

const asleep = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, suspendedMs));

describe(`a client that is suspended for ${suspendedMs / 1000} s in the middle of a transfer`, () => {
  it.each([
    ['while its gateway waits for it', async () => {}],
    [
      'while its gateway drops it',
      async (sessionId: string) => bench.lab.control('/cut', { session: sessionId }),
    ],
    [
      'while its gateway closes with code 1000',
      async (sessionId: string) => bench.lab.control('/cut', { session: sessionId, code: 1000 }),
    ],
  ])(
    'goes on where it was, %s',
    async (_, meanwhile) => {
      const { client, sessionId, echo } = await forward();
      echo.send(1_000_000);
      await echo.returned(200_000);
      client.kill('SIGSTOP');
      await meanwhile(sessionId);
      await asleep();
      client.kill('SIGCONT');
      echo.send(1_000_000);
      await echo.returned();
      expect(echo.damage()).toEqual(undamaged);
      expect(client.exitCode).toBeNull();
    },
    timeoutMs,
  );
});
