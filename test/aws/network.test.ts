import { writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  type ControlPlane,
  type ControlPlaneOptions,
  createControlPlane,
} from '../../src/aws/control-plane.ts';
import { credentialsFor } from '../../src/aws/credentials.ts';
import { atGateway } from '../../src/aws/gateway-url.ts';
import { channelRefusal } from '../../src/aws/network/channel-refusal.ts';
import type { NetworkSettings } from '../../src/aws/network/network-settings.ts';
import { tunnelAgent } from '../../src/aws/network/tunnel-agent.ts';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import { AppError, type AppErrorData } from '../../src/shared/errors.ts';
import type { ChannelState } from '../../src/ssm/channel/channel-types.ts';
import { openSession } from '../../src/ssm/node/open-session.ts';
import { namedCertificate } from './certificate.ts';
import { startFakeService } from './fake-service.ts';
import { type AwsHome, enterAwsHome } from './support/aws-home.ts';
import { type ConnectProxy, startConnectProxy, startTlsFront } from './support/connect-proxy.ts';
import { RecordingDoor } from './support/recording-door.ts';

let lab: Lab;
let front: Awaited<ReturnType<typeof startTlsFront>>;
let home: AwsHome;
beforeAll(async () => {
  lab = await startLab({ pace: 'fast' });
  front = await startTlsFront(Number(new URL(lab.endpoint).port));
});
afterAll(async () => {
  await front.close();
  await lab.close();
});
beforeEach(async () => {
  home = await enterAwsHome();
  for (const name of ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY', 'no_proxy'])
    delete process.env[name];
});
afterEach(() => home.leave());

const endpoints = {
  ssm: 'https://ssm.nodewharf.test',
  ssmmessages: 'https://ssmmessages.nodewharf.test',
  sts: 'https://sts.nodewharf.test',
};
const password = 'canary-p@ss:word';

async function proxy(options: { wants?: string; status?: number } = {}): Promise<ConnectProxy> {
  const started = await startConnectProxy({ leadsTo: front.port, ...options });
  onTestFinished(() => started.close());
  return started;
}

function plane(network: NetworkSettings, options: Partial<ControlPlaneOptions> = {}): ControlPlane {
  const made = createControlPlane({
    region: lab.region,
    credentials: { accessKeyId: lab.accessKeyId, secretAccessKey: lab.secretAccessKey },
    network: { endpoints, caCertificates: namedCertificate.cert, maxAttempts: 1, ...network },
    ...options,
  });
  onTestFinished(() => made.close());
  return made;
}

async function countOf(control: ControlPlane): Promise<number> {
  let count = 0;
  for await (const page of control.listNodes()) count += page.nodes.length;
  return count;
}

async function failureOf(call: Promise<unknown>): Promise<AppErrorData> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw new Error(`expected an AppError, got ${String(error)}`);
  expect(JSON.stringify(error.data) + error.message).not.toContain('canary');
  return error.data;
}

const target = 'i-0a1b2c3d4e5f60001';

describe('a proxy', () => {
  it('of the settings leads to the service, with user name and password', async () => {
    const way = await proxy({ wants: `ann:${password}` });
    const settings = { kind: 'url', url: way.url, username: 'ann', password } as const;
    expect(await countOf(plane({ proxy: settings }))).toBe(lab.nodes.length);
    expect(way.asked.map((one) => one.target)).toEqual(['ssm.nodewharf.test:443']);
  });

  it('of the environment leads there too, however it is written', async () => {
    const way = await proxy({ wants: 'ann:secret' });
    for (const text of [`http://ann:secret@${way.host}`, `ann:secret@${way.host}`]) {
      process.env['HTTPS_PROXY'] = text;
      expect(await countOf(plane({}))).toBe(lab.nodes.length);
    }
    expect(way.asked).toHaveLength(2);
  });

  it('keeps its connections for the calls to come', async () => {
    const way = await proxy();
    const control = plane({ proxy: { kind: 'url', url: way.url } });
    await countOf(control);
    await countOf(control);
    expect(way.asked).toHaveLength(1);
  });

  it('is passed by for what NO_PROXY names, for no proxy at all, and for this machine', async () => {
    const way = await proxy();
    process.env['HTTPS_PROXY'] = way.url;
    process.env['NO_PROXY'] = 'ssm.nodewharf.test';
    expect((await failureOf(countOf(plane({})))).code).toBe('endpoint-unreachable');
    delete process.env['NO_PROXY'];
    expect((await failureOf(countOf(plane({ proxy: { kind: 'none' } })))).code).toBe('endpoint-unreachable');
    expect(await countOf(plane({ endpoints: { ssm: lab.endpoint } }))).toBe(lab.nodes.length);
    expect(way.asked).toEqual([]);
  });

  it('is the way to STS as well', async () => {
    const way = await proxy();
    await home.writeConfig(
      `[profile deploy]\nrole_arn = arn:aws:iam::111122223333:role/deploy\nsource_profile = keys\nregion = ${lab.region}\n`,
    );
    await home.writeCredentials(
      `[keys]\naws_access_key_id = ${lab.accessKeyId}\naws_secret_access_key = ${lab.secretAccessKey}\n`,
    );
    const network = {
      endpoints,
      caCertificates: namedCertificate.cert,
      proxy: { kind: 'url', url: way.url },
    } as const;
    const credentials = credentialsFor(
      { kind: 'shared-profile', profileName: 'deploy' },
      new RecordingDoor(),
      network,
    );
    expect(await countOf(plane(network, { credentials, profileName: 'deploy' }))).toBe(lab.nodes.length);
    expect(way.asked.map((one) => one.target)).toEqual(['sts.nodewharf.test:443', 'ssm.nodewharf.test:443']);
  });

  it('that wants a password says so, and nothing of the one it got', async () => {
    const way = await proxy({ wants: 'ann:right' });
    const settings = { kind: 'url', url: way.url, username: 'ann', password: 'canary' } as const;
    expect(await failureOf(countOf(plane({ proxy: settings })))).toMatchObject({
      code: 'proxy-refused',
      attempted: 'List the managed nodes',
      message: `The proxy ${way.host} asks who is there (HTTP 407): user name and password are missing or wrong.`,
      hint: 'Give both in the settings of the profile, or in HTTPS_PROXY.',
      retryable: false,
    });
  });

  it('that forbids the endpoint is told apart from one that is not there', async () => {
    const way = await proxy({ status: 403 });
    expect(await failureOf(countOf(plane({ proxy: { kind: 'url', url: way.url } })))).toMatchObject({
      code: 'proxy-refused',
      message: `The proxy ${way.host} refused to connect to the endpoint (HTTP 403).`,
    });
    await way.close();
    expect(await failureOf(countOf(plane({ proxy: { kind: 'url', url: way.url } })))).toMatchObject({
      code: 'proxy-refused',
      message: `The proxy ${way.host} could not be reached, or does not answer.`,
      retryable: true,
    });
  });
});

describe('certificates', () => {
  it('are trusted where they are given, and not without', async () => {
    const way = await proxy();
    const settings = { kind: 'url', url: way.url } as const;
    expect(await countOf(plane({ proxy: settings }))).toBe(lab.nodes.length);
    const strangers = createControlPlane({
      region: lab.region,
      credentials: lab,
      network: { endpoints, proxy: settings, maxAttempts: 1 },
    });
    onTestFinished(() => strangers.close());
    expect(await failureOf(countOf(strangers))).toMatchObject({
      code: 'certificate',
      hint: expect.stringContaining('AWS_CA_BUNDLE'),
    });
  });

  it.each(['AWS_CA_BUNDLE', 'ca_bundle'])('come from %s too', async (name) => {
    const way = await proxy();
    const path = home.path('bundle.pem');
    await writeFile(path, namedCertificate.cert);
    if (name === 'AWS_CA_BUNDLE') process.env[name] = path;
    else await home.writeConfig(`[profile p]\nca_bundle = ${path}\n`);
    const control = createControlPlane({
      region: lab.region,
      credentials: lab,
      profileName: 'p',
      network: { endpoints, proxy: { kind: 'url', url: way.url }, maxAttempts: 1 },
    });
    onTestFinished(() => control.close());
    expect(await countOf(control)).toBe(lab.nodes.length);
  });

  it('that cannot be read are told as a setting that is wrong', async () => {
    process.env['AWS_CA_BUNDLE'] = home.path('nowhere.pem');
    const control = createControlPlane({ region: lab.region, credentials: lab, endpoint: lab.endpoint });
    onTestFinished(() => control.close());
    expect((await failureOf(countOf(control))).code).toBe('settings-malformed');
    delete process.env['AWS_CA_BUNDLE'];
    expect(await countOf(control)).toBe(lab.nodes.length);
  });
});

describe('the data channel', () => {
  /** Runs a shell until it has printed a word; resolves with the state that the session ended with, or `printed`. */
  async function shellOver(network: NetworkSettings): Promise<ChannelState | 'printed'> {
    const { sessionId, tokenValue, streamUrl, tunnel } = await plane(network).startSession({ target });
    expect(streamUrl).toMatch(/^wss:\/\/ssmmessages\.nodewharf\.test\/v1\/data-channel\//);
    return new Promise((resolve) => {
      const agent = tunnelAgent({ ...tunnel, ...(network.proxy && { proxy: network.proxy }) });
      let output = '';
      const session = openSession({
        sessionId,
        tokenValue,
        streamUrl,
        handshake: 'none',
        ...(agent && { agent }),
        explainBarred: (error) => Promise.resolve(channelRefusal(error)),
        resume: () => Promise.resolve({ tokenValue: '' }),
        classifyResumeError: () => 'retry',
        onOutput: (bytes) => {
          output += Buffer.from(bytes).toString();
          if (!output.includes('made 42')) return;
          session.end();
          resolve('printed');
        },
        onState: (state) => {
          if (state.kind === 'ended') resolve(state);
        },
        onDrain: () => undefined,
      });
      session.write(Buffer.from('echo made $((6 * 7))\n'));
    });
  }

  it('goes through the proxy and trusts the certificates of the profile', async () => {
    const way = await proxy({ wants: `ann:${password}` });
    expect(await shellOver({ proxy: { kind: 'url', url: way.url, username: 'ann', password } })).toBe(
      'printed',
    );
    expect(way.asked.map((one) => one.target)).toEqual([
      'ssm.nodewharf.test:443',
      'ssmmessages.nodewharf.test:443',
    ]);
  });

  it('that the proxy refuses from the start ends with what the proxy says', async () => {
    const open = await proxy();
    const { streamUrl, ...started } = await plane({ proxy: { kind: 'url', url: open.url } }).startSession({
      target,
    });
    const closed = await proxy({ wants: 'ann:right' });
    const agent = tunnelAgent({
      proxy: { kind: 'url', url: closed.url, username: 'ann', password: 'canary' },
    });
    const ended = await new Promise<ChannelState>((resolve) => {
      openSession({
        ...started,
        streamUrl,
        ...(agent && { agent }),
        explainBarred: (error) => Promise.resolve(channelRefusal(error)),
        resume: () => Promise.reject(new Error('is not asked')),
        classifyResumeError: () => 'retry',
        onOutput: () => undefined,
        onState: (state) => {
          if (state.kind === 'ended') resolve(state);
        },
        onDrain: () => undefined,
      });
    });
    if (ended.kind !== 'ended' || ended.end.kind !== 'failed') throw new Error('expected a failure');
    expect(ended.end.error.code).toBe('connection-barred');
    expect((ended.end.error.cause as AppError).data).toMatchObject({ code: 'proxy-refused' });
    expect(String(ended.end.error) + JSON.stringify((ended.end.error.cause as AppError).data)).not.toContain(
      'canary',
    );
  });

  it('is at another endpoint byte for byte but for the host', () => {
    const given = 'wss://ssmmessages.eu-west-1.amazonaws.com/v1/data-channel/a-1?role=x&cell-number=AA+/b==';
    expect(atGateway(given, undefined)).toBe(given);
    expect(atGateway(given, 'https://vpce-1.example:8443')).toBe(
      'wss://vpce-1.example:8443/v1/data-channel/a-1?role=x&cell-number=AA+/b==',
    );
    expect(atGateway(given, 'http://127.0.0.1:80')).toMatch(/^ws:\/\/127\.0\.0\.1\/v1/);
  });
});

describe('endpoints', () => {
  /** Where the calls of a profile would go: hosts that a proxy is asked for and refuses. */
  async function hostsOf(
    network: NetworkSettings,
    options: Partial<ControlPlaneOptions> = {},
  ): Promise<string[]> {
    const way = await proxy({ status: 403 });
    const control = createControlPlane({
      region: 'us-gov-west-1',
      credentials: lab,
      network: { proxy: { kind: 'url', url: way.url }, maxAttempts: 1, ...network },
      ...options,
    });
    onTestFinished(() => control.close());
    await failureOf(countOf(control));
    await failureOf(control.generateDataKey({ keyId: 'k', encryptionContext: {} }));
    return way.asked.map((one) => one.target.replace(/:443$/, ''));
  }

  it('are the Region’s own, with FIPS and dual-stack where they are asked for', async () => {
    expect(await hostsOf({})).toEqual(['ssm.us-gov-west-1.amazonaws.com', 'kms.us-gov-west-1.amazonaws.com']);
    expect(await hostsOf({ useFips: true })).toEqual([
      'ssm.us-gov-west-1.amazonaws.com',
      'kms-fips.us-gov-west-1.amazonaws.com',
    ]);
    expect(await hostsOf({ useFips: true }, { region: 'us-east-1' })).toEqual([
      'ssm-fips.us-east-1.amazonaws.com',
      'kms-fips.us-east-1.amazonaws.com',
    ]);
    expect(await hostsOf({ useDualstack: true })).toEqual([
      'ssm.us-gov-west-1.api.aws',
      'kms.us-gov-west-1.api.aws',
    ]);
  });

  it('are those of the settings before the environment before the profile', async () => {
    await home.writeConfig(`
[profile p]
services = here
endpoint_url = https://all.example
[services here]
ssm =
  endpoint_url = https://ssm.example
[default]
endpoint_url = https://another-profile.example
`);
    const named = { profileName: 'p' };
    expect(await hostsOf({}, named)).toEqual(['ssm.example', 'all.example']);
    process.env['AWS_ENDPOINT_URL_SSM'] = 'https://environment.example';
    expect(await hostsOf({}, named)).toEqual(['environment.example', 'all.example']);
    expect(await hostsOf({ endpoints: { ssm: 'https://ours.example' } }, named)).toEqual([
      'ours.example',
      'all.example',
    ]);
    process.env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] = 'true';
    expect(await hostsOf({}, named)).toEqual([
      'ssm.us-gov-west-1.amazonaws.com',
      'kms.us-gov-west-1.amazonaws.com',
    ]);
  });

  it('that a profile names and that are not there are told', async () => {
    await home.writeConfig('[profile p]\nservices = gone\n');
    const control = createControlPlane({ region: 'us-east-1', credentials: lab, profileName: 'p' });
    onTestFinished(() => control.close());
    expect(await failureOf(countOf(control))).toMatchObject({
      code: 'settings-malformed',
      message: 'The services section gone, which a profile names, does not exist.',
    });
  });
});

describe('retries', () => {
  it('stop after as many attempts as the profile says, and the error says how many', async () => {
    const service = await startFakeService(() => ({ error: 'InternalServerError', status: 500 }));
    onTestFinished(() => service.close());
    const data = await failureOf(
      countOf(plane({ endpoints: { ssm: service.endpoint }, maxAttempts: 2, retryMode: 'standard' })),
    );
    expect(service.calls).toHaveLength(2);
    expect(data).toMatchObject({
      code: 'service-unavailable',
      message: 'The service failed on its side, 2 times in a row.',
      aws: { attempts: 2 },
    });
  });

  it('say so too when nothing answers', async () => {
    const { createServer } = await import('node:net');
    const server = createServer((socket) => socket.destroy());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = (server.address() as { port: number }).port;
    const data = await failureOf(
      countOf(plane({ endpoints: { ssm: `http://127.0.0.1:${port}` }, maxAttempts: 2 })),
    );
    server.close();
    expect(data.code).toBe('endpoint-unreachable');
    expect(data.message).toContain('2 times in a row');
  });
});
