import { mkdir, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listen } from './fake-service.ts';
import { awsCli, cliCallerOf } from './support/aws-cli.ts';
import { RecordingDoor } from './support/recording-door.ts';
import { SignInBench } from './support/sign-in-bench.ts';

const bench = new SignInBench();

describe('a token that runs out', () => {
  it('is refreshed in silence, once for all who wait', async () => {
    await bench.control('sign-ins', { tokenMs: 60_000 });
    await bench.signIn('ops');
    const before = await bench.cached('corp');
    const all = await Promise.all(['ops', 'readonly', 'ops', 'readonly'].map((name) => bench.nodesAs(name)));
    expect(all).toEqual(all.map(() => bench.lab.nodes.length));
    const after = await bench.cached('corp');
    expect(after['accessToken']).not.toBe(before['accessToken']);
    expect(after['refreshToken']).not.toBe(before['refreshToken']);
    expect((await stat(bench.cacheFile('corp'))).mode & 0o777).toBe(0o600);
  });

  it('is used to its end when it cannot be refreshed, and then asked for', async () => {
    await bench.control('sign-ins', { tokenMs: 60_000 });
    await bench.signIn('ops');
    await bench.refuse('CreateToken', 'InvalidGrantException');
    expect(await bench.nodesAs('ops')).toBe(bench.lab.nodes.length);
    const token = await bench.cached('corp');
    await writeFile(bench.cacheFile('corp'), JSON.stringify({ ...token, expiresAt: '2020-01-01T00:00:00Z' }));
    const door = new RecordingDoor();
    expect(await bench.nodesAs('ops', door)).toBe('sign-in-needed');
    expect(door.logins).toHaveLength(1);
  });

  it('is not asked for when only the network is down', async () => {
    await bench.signIn('ops');
    const token = await bench.cached('corp');
    await writeFile(bench.cacheFile('corp'), JSON.stringify({ ...token, expiresAt: '2020-01-01T00:00:00Z' }));
    await bench.refuse('CreateToken', 'InternalServerException');
    const door = new RecordingDoor();
    expect(await bench.nodesAs('ops', door)).toBe('service-unavailable');
    expect(door.logins).toEqual([]);
  });

  it('that the AWS CLI has refreshed meanwhile is taken from the cache', async () => {
    await bench.signIn('ops');
    const good = await bench.cached('corp');
    const usedUp = { ...good, refreshToken: 'used-up', expiresAt: '2020-01-01T00:00:00Z' };
    await writeFile(bench.cacheFile('corp'), JSON.stringify(usedUp));
    const oidc = createServer((_request, response) => {
      void writeFile(bench.cacheFile('corp'), JSON.stringify(good)).then(() => {
        response.writeHead(400, { 'x-amzn-errortype': 'InvalidGrantException' }).end('{}');
      });
    });
    await listen(oidc);
    process.env['AWS_ENDPOINT_URL_SSO_OIDC'] = `http://127.0.0.1:${(oidc.address() as AddressInfo).port}`;
    expect(await bench.nodesAs('ops')).toBe(bench.lab.nodes.length);
    oidc.close();
  });

  it('whose sign-in was ended elsewhere is asked for', async () => {
    await bench.signIn('ops');
    await bench.control('sign-ins', { revoke: true });
    const door = new RecordingDoor();
    expect(await bench.nodesAs('ops', door)).toBe('sign-in-needed');
    expect(door.logins).toHaveLength(1);
  });
});

describe.skipIf(awsCli === undefined)('the AWS CLI', () => {
  it('uses a sign-in that was made here, and refreshes it', async () => {
    await bench.control('sign-ins', { tokenMs: 60_000 });
    await bench.signIn('ops');
    const before = await bench.cached('corp');
    expect(await cliCallerOf('ops')).toMatch(/^arn:aws:sts::111122223333:assumed-role\/AWSReservedSSO_Ops_/);
    const after = await bench.cached('corp');
    expect(after['accessToken']).not.toBe(before['accessToken']);
    expect(await bench.nodesAs('readonly')).toBe(bench.lab.nodes.length);
  }, 30_000);

  it('uses one of the legacy form that was made here', async () => {
    await bench.signIn('legacy');
    expect(await cliCallerOf('legacy')).toMatch(
      /^arn:aws:sts::444455556666:assumed-role\/AWSReservedSSO_Admin_/,
    );
  }, 30_000);
});

describe('a sign-in of the AWS CLI', () => {
  it('is used here, in either form of its time', async () => {
    await bench.signIn('ops');
    const { accessToken } = await bench.cached('corp');
    for (const expiresAt of ['2099-01-01T00:00:00Z', '2099-01-01T00:00:00UTC']) {
      await mkdir(bench.home.path('.aws', 'sso', 'cache'), { recursive: true });
      await writeFile(
        bench.cacheFile('corp'),
        JSON.stringify({
          startUrl: 'https://corp.example/start',
          region: bench.lab.region,
          accessToken,
          expiresAt,
        }),
      );
      expect(await bench.nodesAs('ops')).toBe(bench.lab.nodes.length);
    }
  });

  it('for another directory of the same name is not', async () => {
    await bench.signIn('ops');
    const token = await bench.cached('corp');
    await writeFile(
      bench.cacheFile('corp'),
      JSON.stringify({ ...token, startUrl: 'https://old.example/start' }),
    );
    expect(await bench.nodesAs('ops')).toBe('sign-in-needed');
  });

  it('that is half written counts as none', async () => {
    await bench.signIn('ops');
    await writeFile(bench.cacheFile('corp'), '{"accessToken": "abc');
    expect(await bench.nodesAs('ops')).toBe('sign-in-needed');
  });
});
