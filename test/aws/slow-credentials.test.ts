import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createControlPlane } from '../../src/aws/control-plane.ts';
import { credentialsFor } from '../../src/aws/credentials.ts';
import { processCredentials } from '../../src/aws/identity/credential-process.ts';
import { IdentityFault } from '../../src/aws/identity/identity-fault.ts';
import type { NetworkSettings } from '../../src/aws/network/network-settings.ts';
import { readSharedSettings } from '../../src/aws/shared-settings.ts';
import { writeToken } from '../../src/aws/sign-in/sso-cache.ts';
import { AppError } from '../../src/shared/errors.ts';
import { type AwsHome, enterAwsHome } from './support/aws-home.ts';
import { RecordingDoor } from './support/recording-door.ts';

let home: AwsHome;
beforeEach(async () => {
  home = await enterAwsHome();
});
afterEach(() => home.leave());

/** Long enough for any answer of this machine, short enough to wait for. */
const timeouts = { connectMs: 400, answerMs: 400 };

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** A program that starts another one and waits for it; both write down who they are. */
async function hangingProgram(): Promise<{ command: string; pids(): Promise<number[]> }> {
  const [path, pids] = [home.path('ask me.sh'), home.path('pids')];
  // The inner shell is deaf to the polite signal.
  await writeFile(
    path,
    `#!/bin/sh\necho $$ > '${pids}.1'\nsh -c 'trap "" TERM; echo $$ > "${pids}.2"; while :; do sleep 1; done'\n`,
    { mode: 0o700 },
  );
  const pidIn = async (file: string): Promise<number> =>
    Number(
      await expect
        .poll(() => readFile(file, 'utf8').catch(() => ''), { timeout: 5_000 })
        .toMatch(/\d+\n/)
        .then(() => readFile(file, 'utf8')),
    );
  return {
    command: `"${path}" --password canary-argument`,
    pids: () => Promise.all([pidIn(`${pids}.1`), pidIn(`${pids}.2`)]),
  };
}

const faultOf = async (work: Promise<unknown>): Promise<IdentityFault> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof IdentityFault) return error;
  throw new Error(`expected a fault, got ${String(error)}`);
};

const patience = { limitMs: 10_000, hasTerminal: false, now: Date.now };

describe.skipIf(process.platform === 'win32')('a credential_process', () => {
  it('that never ends is ended with all that it started, and the error names the profile and the program alone', async () => {
    const { command, pids } = await hangingProgram();
    const asked = processCredentials({ profileName: 'slow', command }, { ...patience, limitMs: 500 });
    asked.catch(() => undefined);
    const started = await pids();
    expect(started.map(isAlive)).toEqual([true, true]);
    const { verdict, message } = await faultOf(asked);
    expect(verdict).toMatchObject({ code: 'credentials-missing', retryable: true });
    expect(message).toBe(
      'The credential_process of the profile slow (ask me.sh) was not done after 1 s, and was ended.',
    );
    expect(verdict.hint).toContain('Run it in a terminal');
    await expect.poll(() => started.map(isAlive), { timeout: 5_000 }).toEqual([false, false]);
  });

  it('is ended when nobody waits for it any more', async () => {
    const { command, pids } = await hangingProgram();
    await home.writeConfig(`[profile slow]\nregion = eu-central-1\ncredential_process = ${command}\n`);
    const plane = createControlPlane({
      region: 'eu-central-1',
      profileName: 'slow',
      credentials: credentialsFor({ kind: 'shared-profile', profileName: 'slow' }, new RecordingDoor()),
    });
    onTestFinished(() => plane.close());
    const called = plane.findNode('i-1').catch((error: unknown) => error);
    const started = await pids();
    plane.giveUpCredentials();
    const error = await called;
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).data.code).toBe('connection-lost');
    await expect.poll(() => started.map(isAlive), { timeout: 5_000 }).toEqual([false, false]);
    // And none is started after that.
    await expect(plane.findNode('i-1')).rejects.toMatchObject({ data: { code: 'connection-lost' } });
  });

  it('may leave a program behind that holds its output open', async () => {
    const keys = '{"Version":1,"AccessKeyId":"AKIDLEFT","SecretAccessKey":"x"}';
    const found = await processCredentials(
      { profileName: 'p', command: `sleep 5 & echo '${keys}'`, accountId: '123456789012' },
      patience,
    );
    expect(found).toEqual({ accessKeyId: 'AKIDLEFT', secretAccessKey: 'x', accountId: '123456789012' });
  });

  it.each([
    ['/opt/acme/bin/acme-keys --token canary', /\(acme-keys\) was not found\.$/],
    ['exit 3 # canary', /\(exit\) failed\.$/],
    ['TOKEN=canary-secret false', /of the profile p failed\.$/],
    ['echo canary', /\(echo\) printed something that is no credentials\.$/],
    ['echo \'{"Version":2,"AccessKeyId":"canary","SecretAccessKey":"canary"}\'', /no credentials\.$/],
    ['cat /dev/zero', /\(cat\) printed without an end\.$/],
    [
      'echo \'{"Version":1,"AccessKeyId":"canary","SecretAccessKey":"x","Expiration":"2020-01-01T00:00:00Z"}\'',
      /\(echo\) gave credentials that have run out\.$/,
    ],
    // Asks, and reads an end of file instead of waiting for an answer that nobody can give.
    ['read answer && echo "$answer"', /\(read\) failed\.$/],
  ])('that goes wrong says how: %s', async (command, expected) => {
    const fault = await faultOf(processCredentials({ profileName: 'p', command }, patience));
    expect(fault.message).toMatch(expected);
    expect(JSON.stringify(fault.verdict)).not.toContain('canary');
  });
});

/** Accepts connections, reads what comes, and says nothing. */
async function silentServer(): Promise<{ url: string; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, sockets };
}

async function errorOf(
  profileName: string,
  network: NetworkSettings,
): Promise<{ code: string; tookMs: number; message: string }> {
  const plane = createControlPlane({
    region: 'eu-central-1',
    profileName,
    maxAttempts: 1,
    credentials: credentialsFor({ kind: 'shared-profile', profileName }, new RecordingDoor(), network),
    network,
  });
  const startedAt = performance.now();
  const error = await plane.findNode('i-1').catch((reason: unknown) => reason);
  plane.close();
  if (!(error instanceof AppError)) throw new Error(`expected an AppError, got ${String(error)}`);
  const { code, message } = error.data;
  return { code, message, tookMs: performance.now() - startedAt };
}

describe('a source of credentials that accepts a connection and says nothing', () => {
  it.each([
    ['container', 'EcsContainer'],
    ['machine', 'Ec2InstanceMetadata'],
  ])('is given up after the time of the settings: %s', async (_, source) => {
    const { url } = await silentServer();
    process.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] = `${url}/keys`;
    process.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] = url;
    process.env['AWS_EC2_METADATA_DISABLED'] = 'false';
    await home.writeConfig(
      `[profile silent]\nregion = eu-central-1\nrole_arn = arn:aws:iam::123456789012:role/r\ncredential_source = ${source}\n`,
    );
    const { code, tookMs } = await errorOf('silent', { timeouts });
    expect(code).toBe('credentials-missing');
    expect(tookMs).toBeLessThan(3_000);
  });

  it('is given up after the time of the settings: STS', async () => {
    const { url } = await silentServer();
    await home.writeConfig(
      `[profile keys]\naws_access_key_id = AKID\naws_secret_access_key = x\n[profile silent]\nregion = eu-central-1\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = keys\n`,
    );
    process.env['AWS_MAX_ATTEMPTS'] = '1';
    const { code, tookMs } = await errorOf('silent', { timeouts, endpoints: { sts: url } });
    expect(code).toBe('endpoint-unreachable');
    expect(tookMs).toBeLessThan(3_000);
  });

  it('is given up after the time of the settings: IAM Identity Center behind a proxy that is dead', async () => {
    const { url, sockets } = await silentServer();
    await home.writeConfig(
      `[sso-session work]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-central-1\n` +
        `[profile silent]\nregion = eu-central-1\nsso_session = work\nsso_account_id = 123456789012\nsso_role_name = Ops\n`,
    );
    process.env['AWS_MAX_ATTEMPTS'] = '1';
    const { profiles } = await readSharedSettings();
    const login = profiles.find(({ name }) => name === 'silent')?.sso?.login;
    if (login === undefined) throw new Error('no login');
    await writeToken(login, {
      accessToken: 'canary-token',
      expiresAt: Date.now() + 3_600_000,
      registration: {
        clientId: 'c',
        clientSecret: 's',
        expiresAt: Date.now() + 3_600_000,
      },
    });
    const { code, message, tookMs } = await errorOf('silent', { timeouts, proxy: { kind: 'url', url } });
    expect(code).toBe('proxy-refused');
    expect(message).toBe(`The proxy ${new URL(url).host} could not be reached, or does not answer.`);
    expect(tookMs).toBeLessThan(3_000);
    await expect.poll(() => sockets.size, { timeout: 5_000 }).toBe(0);
  });
});
