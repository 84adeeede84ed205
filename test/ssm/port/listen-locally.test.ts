import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  listenLocally,
  type LocalListener,
  PortBusyError,
} from '../../../src/ssm/node/port/listen-locally.ts';
import { SsmError } from '../../../src/ssm/ssm-error.ts';
import { closeLater } from './support/tunnel.ts';

async function listening(address: Parameters<typeof listenLocally>[0]): Promise<LocalListener> {
  const listener = await listenLocally(address);
  closeLater(() => listener.close());
  return listener;
}

const portOf = ({ address }: LocalListener): number => (address.kind === 'tcp' ? address.port : 0);

async function errorOf(promise: Promise<unknown>): Promise<SsmError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof SsmError)) throw new Error('There was no typed error.');
  return error;
}

describe('a local port', () => {
  it('is a free one where 0 is asked for, and is told', async () => {
    const listener = await listening({ kind: 'tcp', host: '127.0.0.1', port: 0 });
    expect(portOf(listener)).toBeGreaterThan(0);
  });

  it('keeps connections that come before it is served', async () => {
    const listener = await listening({ kind: 'tcp', host: '127.0.0.1', port: 0 });
    const program = connect(portOf(listener), '127.0.0.1');
    closeLater(() => program.destroy());
    program.write('early');
    await once(program, 'connect');
    const socket = await new Promise<import('node:net').Socket>((resolve) => listener.serve(resolve));
    socket.resume();
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    expect(bytes.toString()).toBe('early');
    socket.destroy();
  });

  it('is free again when the listener is closed, and programs that nobody served are let go', async () => {
    const listener = await listening({ kind: 'tcp', host: '127.0.0.1', port: 0 });
    const program = connect(portOf(listener), '127.0.0.1');
    program.on('error', () => {});
    await once(program, 'connect');
    const closed = once(program, 'close');
    await listener.close();
    await listener.close();
    program.resume();
    program.end();
    await closed;
    const again = await listening({ kind: 'tcp', host: '127.0.0.1', port: portOf(listener) });
    expect(portOf(again)).toBe(portOf(listener));
  });

  it('in use is an error that names the program that has it', async () => {
    const other = spawn(
      process.execPath,
      [
        '-e',
        "require('net').createServer().listen(0,'127.0.0.1',function(){console.log(this.address().port)})",
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    closeLater(() => other.kill());
    const [text] = (await once(other.stdout, 'data')) as [Buffer];
    const port = Number(text.toString());
    const error = await errorOf(listenLocally({ kind: 'tcp', host: '127.0.0.1', port }));
    expect(error).toBeInstanceOf(PortBusyError);
    expect(error.code).toBe('port-busy');
    if (process.platform !== 'linux') return;
    expect((error as PortBusyError).owner?.pid).toBe(other.pid);
    expect(error.message).toBe(
      `127.0.0.1:${port} is in use by ${(error as PortBusyError).owner?.name} (process ${other.pid}).`,
    );
  });

  it('that another address of this computer uses is not in use', async () => {
    const listener = await listening({ kind: 'tcp', host: '127.0.0.1', port: 0 });
    if (process.platform !== 'linux') return;
    const other = await listening({ kind: 'tcp', host: '127.0.0.2', port: portOf(listener) });
    expect(portOf(other)).toBe(portOf(listener));
  });

  it('at an address that is not ours is an error', async () => {
    const error = await errorOf(listenLocally({ kind: 'tcp', host: '192.0.2.1', port: 0 }));
    expect([error.code, error.message]).toEqual([
      'address-unavailable',
      '192.0.2.1:0 is not an address to listen on here.',
    ]);
  });

  it.runIf(process.platform === 'linux' && process.getuid?.() !== 0)(
    'that needs more rights is an error of its own',
    async () => {
      const error = await errorOf(listenLocally({ kind: 'tcp', host: '127.0.0.1', port: 1 }));
      expect(error.code).toBe('port-denied');
    },
  );
});

describe.skipIf(process.platform === 'win32')('a local socket file', () => {
  const newPath = (): string => join(mkdtempSync(join(tmpdir(), 'ports-')), 'tunnel.sock');

  it('is for this user only, and goes with the listener', async () => {
    const path = newPath();
    const listener = await listening({ kind: 'unix', path });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await listener.close();
    expect(existsSync(path)).toBe(false);
  });

  it('that a crashed program has left is taken over', async () => {
    const path = newPath();
    const crashed = spawn(process.execPath, [
      '-e',
      `require('net').createServer().listen(${JSON.stringify(path)},()=>process.kill(process.pid,'SIGKILL'))`,
    ]);
    await once(crashed, 'exit');
    expect(existsSync(path)).toBe(true);
    const listener = await listening({ kind: 'unix', path });
    const program = connect(path);
    closeLater(() => program.destroy());
    await once(program, 'connect');
    expect(listener.address).toEqual({ kind: 'unix', path });
  });

  it('on which somebody listens is busy, and stays', async () => {
    const path = newPath();
    const server = createServer().listen(path);
    closeLater(() => server.close());
    await once(server, 'listening');
    const error = await errorOf(listenLocally({ kind: 'unix', path }));
    expect(error.code).toBe('port-busy');
    if (process.platform === 'linux') expect((error as PortBusyError).owner?.pid).toBe(process.pid);
    expect(existsSync(path)).toBe(true);
  });

  it('in whose place another file lies is busy, and the file stays', async () => {
    const path = newPath();
    writeFileSync(path, 'precious');
    const error = await errorOf(listenLocally({ kind: 'unix', path }));
    expect([error.code, existsSync(path)]).toEqual(['port-busy', true]);
  });

  it('in a folder that does not exist is an error', async () => {
    const error = await errorOf(listenLocally({ kind: 'unix', path: '/nonexistent/tunnel.sock' }));
    expect(['address-unavailable', 'port-denied']).toContain(error.code);
  });
});
