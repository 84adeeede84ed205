import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createControlPlane } from '../../src/aws/control-plane.ts';
import { channelTrouble } from '../../src/aws/network/channel-trouble.ts';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import type { ChannelNews } from '../../src/main/bytes/session-bytes.ts';
import { toSessionOptions } from '../../src/main/bytes/session-options.ts';
import { openSession } from '../../src/ssm/node/open-session.ts';
import { SsmError } from '../../src/ssm/ssm-error.ts';
import { namedCertificate } from '../aws/certificate.ts';
import { type ConnectProxy, startConnectProxy, startTlsFront } from '../aws/support/connect-proxy.ts';
import { eventually } from './support/lab-bench.ts';

let lab: Lab;
let front: Awaited<ReturnType<typeof startTlsFront>>;
beforeAll(async () => {
  lab = await startLab({ pace: 'fast' });
  front = await startTlsFront(Number(new URL(lab.endpoint).port));
});
afterAll(async () => {
  await front.close();
  await lab.close();
});

interface ShellOver {
  /** All that is told of its channel. */
  news: ChannelNews[];
  /** Types something, and resolves when the shell has said something: the connection is a good one. */
  answers(): Promise<void>;
}

/** A shell of the lab over a proxy. */
async function shellOver(proxy: ConnectProxy): Promise<ShellOver> {
  const plane = createControlPlane({
    region: lab.region,
    credentials: { accessKeyId: lab.accessKeyId, secretAccessKey: lab.secretAccessKey },
    network: {
      endpoints: {
        ssm: 'https://ssm.nodewharf.test',
        ssmmessages: 'https://ssmmessages.nodewharf.test',
      },
      caCertificates: namedCertificate.cert,
      maxAttempts: 1,
      proxy: { kind: 'url', url: proxy.url, username: 'ann', password: 'canary' },
    },
  });
  const started = await plane.startSession({ target: lab.nodes[0]?.id ?? '' });
  const news: ChannelNews[] = [];
  let received = 0;
  const session = openSession({
    ...toSessionOptions(
      {
        ...started,
        target: lab.nodes[0]?.id ?? '',
        resume: () => plane.resumeSession(started.sessionId),
        classifyResumeError: (error) => plane.classifyResumeError(error),
        signUpgrade: (url) => plane.signUpgrade(url),
        generateDataKey: (request) => plane.generateDataKey(request),
        onNews: (one) => news.push(one),
      },
      () => undefined,
    ),
    onOutput: (bytes) => {
      received += bytes.length;
    },
    onDrain: () => undefined,
  });
  onTestFinished(async () => {
    session.end();
    await plane.terminateSession(started.sessionId).catch(() => undefined);
    plane.close();
  });
  await eventually(() => expect(news.at(-1)?.kind).toBe('established'));
  return {
    news,
    answers: async () => {
      const before = received;
      session.write(new TextEncoder().encode('echo\n'));
      await eventually(() => expect(received).toBeGreaterThan(before));
    },
  };
}

test('a session behind a proxy that begins to refuse says what the proxy says, and goes on once it is let through', async () => {
  const proxy = await startConnectProxy({ leadsTo: front.port });
  onTestFinished(() => proxy.close());
  const { news, answers } = await shellOver(proxy);
  for (const [status, words] of [
    [407, 'user name and password are missing or wrong'],
    [403, 'refused to connect to the endpoint (HTTP 403)'],
  ] as const) {
    proxy.refuseWith(status);
    proxy.cut();
    await eventually(() =>
      expect(news.at(-1)).toMatchObject({
        kind: 'reconnecting',
        error: { code: 'proxy-refused', message: expect.stringContaining(words) as string },
      }),
    );
  }
  proxy.refuseWith(undefined);
  await eventually(() => expect(news.at(-1)?.kind).toBe('live'));
  await answers();
  // The next loss is a new one, of which nothing is known yet.
  const before = news.length;
  proxy.cut();
  await eventually(() => expect(news.length).toBeGreaterThan(before));
  expect(news[before]).toEqual({ kind: 'reconnecting', attempt: 1, nextTryAt: expect.any(Number) });
  expect(JSON.stringify(news)).not.toContain('canary');
});

test.each([
  [
    Object.assign(new Error('x'), { code: 'ENOTFOUND', hostname: 'gone.test' }),
    /gone\.test could not be resolved/,
  ],
  [
    Object.assign(new Error('x'), { code: 'ECONNREFUSED', address: '10.0.0.1', port: 443 }),
    /10\.0\.0\.1:443/,
  ],
  [Object.assign(new Error('x'), { code: 'ECONNRESET' }), /broke before it stood/],
  [Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' }), /certificate .* not accepted/],
  [new SsmError('connection-barred', 'No.'), /no answer from the message gateway/],
  [new Error('Unexpected server response: 403'), /HTTP 403/],
  [new Error('Unexpected server response: 503'), /HTTP 503/],
])('a try that failed has a sentence: %s', (cause, words) => {
  const trouble = channelTrouble(cause);
  expect(trouble?.message).toMatch(words);
  expect(trouble?.hint).not.toBe('');
});
