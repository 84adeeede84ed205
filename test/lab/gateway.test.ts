import { randomUUID } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import { callApi, countsOf, start } from './support/lab-caller.ts';
import { RawClient, readFrame } from './support/raw-client.ts';

let lab: Lab;
const clients: RawClient[] = [];

beforeAll(async () => {
  lab = await startLab({ pace: 'fast' });
});
afterAll(() => lab.close());
afterEach(() => {
  for (const client of clients.splice(0)) client.drop();
});

function connect(...args: ConstructorParameters<typeof RawClient>): RawClient {
  const client = new RawClient(...args);
  clients.push(client);
  return client;
}

async function openShell(
  members: object = {},
): Promise<{ client: RawClient; sessionId: string; streamUrl: string }> {
  const started = await start(lab, members);
  const client = connect(started.StreamUrl, started.TokenValue);
  return { client, sessionId: started.SessionId, streamUrl: started.StreamUrl };
}

describe('a shell session', () => {
  test('gives a prompt, runs what is typed and shows what it prints', async () => {
    const { client } = await openShell();
    await client.until(({ text }) => /[$#] $/.test(text));
    client.type('echo $((6*7))-$TERM-$LANG\r');
    await client.until(({ text }) => text.includes('42-xterm-256color-'));
    expect(client.received[0]?.type).toBe('start_publication');
    expect(client.received.find(({ type }) => type === 'output_stream_data')?.flags).toBe(1);
    expect(client.received.filter(({ type }) => type === 'agent_session_state')).toEqual([]);
  });

  test('starts sh and not a login shell, in a terminal of no size until a Size message comes', async () => {
    const { client } = await openShell();
    client.type('echo shell:$0; stty size\r');
    await client.until(({ text }) => /shell:sh\r\n0 0/.test(text));
    client.size(132, 43);
    client.type('stty size\r');
    await client.until(({ text }) => text.includes('43 132'));
  });

  test('takes input before it has said anything', async () => {
    const { client } = await openShell();
    await client.until(({ received }) => received.length > 0);
    client.type('printf early%s input\r');
    await client.until(({ text }) => text.includes('earlyinput'));
  });

  test('acknowledges a message again when it comes twice, and runs it once', async () => {
    const { client } = await openShell();
    await client.until(({ text }) => text !== '');
    const frame = client.type('printf %s one-; printf %s two\r');
    await client.until(({ text }) => text.includes('one-two'));
    client.sendRaw(frame);
    await client.until(({ received }) => received.filter(({ type }) => type === 'acknowledge').length === 2);
    expect(client.text.split('one-two')).toHaveLength(2);
  });

  test('turns a raw 0x03 into an interrupt', async () => {
    const { client } = await openShell();
    client.type('cat\r');
    client.type('twice\r');
    await client.until(({ text }) => text.split('twice').length === 3);
    client.type('\x03');
    // A line that arrives before the signal has ended cat is still read by cat, on any terminal.
    await client.until(({ text }) => /\^C[^]*[$#] $/.test(text));
    client.type('echo after-$((1+1))\r');
    await client.until(({ text }) => text.includes('after-2'));
  });

  test('ends with channel_closed and a close when the shell exits, its last output before that', async () => {
    const { client, sessionId } = await openShell();
    client.type('seq 1 3000; exit 3\r');
    await client.closed();
    expect(client.text).toMatch(/\r\n2999\r\n3000\r\n/);
    expect(client.channelClosed).toMatchObject({
      MessageType: 'channel_closed',
      SessionId: sessionId,
      Output: '',
    });
    expect((await countsOf(lab, sessionId)).status).toBe('Terminated');
  });

  test('types the lines of a shell profile at the start', async () => {
    const { client } = await openShell({ DocumentName: 'Lab-ShellWithProfile' });
    await client.until(({ text }) => /^NODEWHARF_LAB=profile|lab-profile\$ $/m.test(text));
    client.type('echo value:$NODEWHARF_LAB\r');
    await client.until(({ text }) => text.includes('value:profile'));
  });

  test('delivers a large output to the last byte to a client that stops reading in the middle', async () => {
    const { client } = await openShell();
    client.type("stty -onlcr; printf 'BEGIN%s' ':'; seq 1 400000; exit\r");
    await client.until(({ outputLength }) => outputLength > 200_000);
    client.pauseReading();
    await countsOf(lab, lab.nodes[0]?.id ?? '').catch(() => undefined);
    client.resumeReading();
    await client.closed();
    const expected = Array.from({ length: 400_000 }, (_, index) => `${index + 1}\n`).join('');
    const [, printed = ''] = client.text.split('BEGIN:');
    expect(printed.slice(0, expected.length) === expected).toBe(true);
  });

  test('is not started before a client is there to see its output, and waits while none is', async () => {
    const started = await start(lab);
    expect(await countsOf(lab, started.SessionId)).toMatchObject({ status: 'Connecting', bytesDown: 0 });
    const client = connect(started.StreamUrl, started.TokenValue);
    await client.until(({ text }) => text !== '');
  });
});

describe('the gateway', () => {
  test('refuses a stream URL whose query has been encoded anew', async () => {
    const started = await start(lab);
    const changed = started.StreamUrl.replace('+', '%2B');
    const client = connect(changed, started.TokenValue);
    await client.closed();
    expect(client.refusal).toContain('400');
  });

  test('refuses a wrong token and an OpenDataChannel that is not the first frame', async () => {
    const started = await start(lab);
    const wrong = connect(started.StreamUrl, `${started.TokenValue}x`);
    expect(await wrong.closed()).toBe(1008);
    const right = connect(started.StreamUrl, started.TokenValue);
    await right.until(({ text }) => text !== '');
  });

  test('takes each token once', async () => {
    const started = await start(lab);
    const first = connect(started.StreamUrl, started.TokenValue);
    await first.until(({ received }) => received.length > 0);
    const second = connect(started.StreamUrl, started.TokenValue);
    expect(await second.closed()).toBe(1008);
    expect(first.closeCode).toBeUndefined();
  });

  test('goes on with the same shell after a cut and a resume, and nothing is lost or repeated', async () => {
    const { client, sessionId, streamUrl } = await openShell();
    client.type(
      "printf 'BEGIN%s' ':'; i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done; echo DO''NE\r",
    );
    await client.until(({ outputLength }) => outputLength > 4000);
    client.drop();
    await client.closed();
    const resumed = await callApi(lab, 'ResumeSession', { SessionId: sessionId });
    const again = connect(streamUrl, String(resumed.body['TokenValue']), client.state);
    await again.until(({ text }) => text.includes('DONE\r\n'));
    const printed = (client.text + again.text).split('BEGIN:')[1]?.split('DONE')[0];
    const expected = Array.from({ length: 3000 }, (_, index) => `line ${index}\r\n`).join('');
    expect(printed === expected).toBe(true);
    expect((await countsOf(lab, sessionId)).connections).toBe(2);
  });

  test('drops the first connection when a second one opens the session with a new token', async () => {
    const { client, sessionId, streamUrl } = await openShell();
    await client.until(({ text }) => text !== '');
    const resumed = await callApi(lab, 'ResumeSession', { SessionId: sessionId });
    const second = connect(streamUrl, String(resumed.body['TokenValue']), client.state);
    expect(await client.closed()).toBe(1006);
    second.type('echo still-$((2+2))\r');
    await second.until(({ text }) => text.includes('still-4'));
  });

  test('answers pings, also before the channel is open', async () => {
    const { client } = await openShell();
    await client.until(({ received }) => received.length > 0);
    await client.ping();
  });

  test('answers a ResumeSession of an ended session with an empty token', async () => {
    const { client, sessionId } = await openShell();
    await client.until(({ text }) => text !== '');
    await callApi(lab, 'TerminateSession', { SessionId: sessionId });
    await client.closed();
    expect(client.channelClosed).toMatchObject({ SessionId: sessionId });
    const resumed = await callApi(lab, 'ResumeSession', { SessionId: sessionId });
    expect(resumed).toMatchObject({ status: 200, body: { TokenValue: '' } });
  });

  test('takes no notice of frames that are not messages', async () => {
    const { client } = await openShell();
    await client.until(({ text }) => text !== '');
    for (const size of [0, 1, 115, 116, 119, 120]) client.sendRaw(Buffer.alloc(size));
    client.sendRaw('text');
    client.type('echo alive-$((3+3))\r');
    await client.until(({ text }) => text.includes('alive-6'));
  });

  test('accepts a signed upgrade and refuses one signed with another key', async () => {
    const good = await start(lab);
    const client = connect(
      good.StreamUrl,
      good.TokenValue,
      undefined,
      await signUpgrade(good.StreamUrl, lab.secretAccessKey),
    );
    await client.until(({ text }) => text !== '');
    const bad = await start(lab);
    const refused = connect(
      bad.StreamUrl,
      bad.TokenValue,
      undefined,
      await signUpgrade(bad.StreamUrl, 'another secret'),
    );
    await refused.closed();
    expect(refused.refusal).toContain('403');
  });

  test('sends channel_closed in the layout of the recorded one', async () => {
    const { client, sessionId } = await openShell();
    await client.until(({ text }) => text !== '');
    await callApi(lab, 'TerminateSession', { SessionId: sessionId });
    await client.closed();
    const closed = client.received.at(-1);
    expect(closed && { ...readFrame(closed.frame), payload: undefined, frame: undefined }).toEqual({
      type: 'channel_closed',
      sequenceNumber: 0,
      flags: 3,
      payloadType: 0,
      payload: undefined,
      frame: undefined,
    });
    expect(Object.keys(client.channelClosed ?? {}).sort()).toEqual(
      [
        'CreatedDate',
        'DestinationId',
        'MessageId',
        'MessageType',
        'Output',
        'SchemaVersion',
        'SessionId',
      ].sort(),
    );
  });
});

describe('time limits', () => {
  test('an idle session is ended with a reason', async () => {
    const quick = await startLab({ pace: 'fast', minuteMs: 100 });
    try {
      const started = await start(quick);
      const client = connect(started.StreamUrl, started.TokenValue);
      await client.closed();
      expect(client.channelClosed?.['Output']).toMatch(/idle/);
    } finally {
      await quick.close();
    }
  });
});

describe('the lab', () => {
  test('ends its shells when it is closed', async () => {
    const short = await startLab({ pace: 'fast' });
    const started = await start(short);
    const client = connect(started.StreamUrl, started.TokenValue);
    client.type('echo pid:$$:\r');
    await client.until(({ text }) => /pid:\d+:/.test(text));
    const pid = Number(/pid:(\d+):/.exec(client.text)?.[1]);
    await short.close();
    await short.close();
    expect(() => process.kill(pid, 0)).toThrow();
  });
});

async function signUpgrade(streamUrl: string, secretAccessKey: string): Promise<Record<string, string>> {
  const url = new URL(streamUrl);
  const signer = new SignatureV4({
    service: 'ssmmessages',
    region: lab.region,
    credentials: { accessKeyId: lab.accessKeyId, secretAccessKey },
    sha256: Sha256,
  });
  const signed = await signer.sign(
    new HttpRequest({
      method: 'GET',
      protocol: 'http:',
      hostname: url.hostname,
      port: Number(url.port),
      path: url.pathname,
      query: { role: 'publish_subscribe', 'cell-number': 'AAEAA+b/cd==' },
      headers: { host: url.host, 'x-test-id': randomUUID() },
    }),
  );
  const { host: _host, ...headers } = signed.headers;
  return headers;
}
