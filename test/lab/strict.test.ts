import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { FrameScanner } from '../../src/lab/strict/frame-scanner.ts';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import { PayloadType } from '../../src/ssm/wire/payload-type.ts';
import { countsOf } from './support/lab-caller.ts';
import { ScriptedClient } from './support/scripted-client.ts';

let lab: Lab;
const clients: ScriptedClient[] = [];
beforeAll(async () => {
  lab = await startLab({ pace: 'fast', isStrict: true });
});
afterAll(() => lab.close());
afterEach(() => {
  for (const client of clients.splice(0)) client.drop();
});

async function open(members: object = {}): Promise<ScriptedClient> {
  const client = await ScriptedClient.open(lab, members);
  clients.push(client);
  return client;
}

const command = { DocumentName: 'Lab-SeparateCommand', Parameters: { command: ['true'] } };
const done = { ActionType: 'SessionType', ActionStatus: 1, ActionResult: null, Error: '' };

/** Clients that each break one rule, and what is recorded of it. */
const offenders: readonly [
  what: string,
  members: object,
  offend: (client: ScriptedClient) => unknown,
  record: RegExp,
][] = [
  [
    'sends an empty payload',
    {},
    (client) => {
      const frame = Buffer.from(client.frame(PayloadType.output, 0, 'x').subarray(0, 120));
      frame.writeUInt32BE(0, 116);
      client.sendFrame(frame);
    },
    /message 0 is empty/,
  ],
  [
    'sends more than 1024 bytes of output',
    {},
    (client) => client.type('x'.repeat(1025)),
    /1025 bytes of Output/,
  ],
  [
    'leaves a number out',
    {},
    (client) => client.sendFrame(client.frame(PayloadType.output, 1, 'x')),
    /message 1 came where 0 was next/,
  ],
  [
    'sends a message again with other bytes',
    {},
    (client) => {
      client.type('a');
      client.sendFrame(client.frame(PayloadType.output, 0, 'b'));
    },
    /message 0 was sent again with other bytes/,
  ],
  [
    'acknowledges what was not sent',
    {},
    (client) => client.acknowledge(1000),
    /message 1000 was acknowledged/,
  ],
  [
    'sends a wrong digest',
    {},
    (client) => client.sendFrame(Buffer.from(client.frame(PayloadType.output, 0, 'x')).fill(0, 80, 112)),
    /PayloadDigest: digest-mismatch/,
  ],
  [
    'answers the handshake twice',
    command,
    async (client) => {
      await client.until(() => client.has(PayloadType.handshakeRequest));
      client.respond([done]);
      client.respond([done]);
    },
    /message 1 is a second HandshakeResponse/,
  ],
  [
    'sends output before the handshake has ended',
    command,
    async (client) => {
      await client.until(() => client.has(PayloadType.handshakeRequest));
      client.type('x');
    },
    /Output before the handshake has ended/,
  ],
  [
    'sends a text frame',
    {},
    (client) => client.sendFrame(Buffer.from('not a message'), { binary: false }),
    /a text frame/,
  ],
  [
    'sends a message in fragments',
    {},
    (client) => {
      const frame = client.frame(PayloadType.output, 0, 'x');
      client.sendFrame(frame.subarray(0, 60), { fin: false });
      client.sendFrame(frame.subarray(60));
    },
    /in fragments/,
  ],
];

test.each(offenders)(
  'in strict mode a client that %s ends its session',
  async (_what, members, offend, record) => {
    const client = await open(members);
    await offend(client);
    await client.closed();
    expect(client.channelClosed?.['Output']).toMatch(/^The client broke a rule of the protocol: /);
    const { violations } = await countsOf(lab, client.started.SessionId);
    expect(violations[0]).toMatch(record);
  },
);

test('in strict mode a client that keeps the rules is left alone, encrypted or not', async () => {
  const encrypted = await open({ DocumentName: 'Lab-EncryptedShell' });
  await encrypted.answerHandshake();
  encrypted.type(`: ${'x'.repeat(1021)}\r`.slice(0, 1024));
  const plain = await open();
  plain.type('echo good-$((1+1))\r');
  await plain.until(() => plain.text().includes('good-2'));
  await encrypted.until(() => encrypted.acknowledged.length > 2);
  for (const { started } of [encrypted, plain])
    expect((await countsOf(lab, started.SessionId)).violations).toEqual([]);
});

test('fragments are found wherever the bytes of a connection are cut', () => {
  const frame = (first: number, size: number) => {
    const head = size < 126 ? [first, 0x80 | size] : [first, 0x80 | 126, size >> 8, size & 0xff];
    return [...head, 1, 2, 3, 4, ...Array.from({ length: size }, () => 0)];
  };
  const whole = [...frame(0x82, 5), ...frame(0x89, 9), ...frame(0x82, 300), ...frame(0x82, 0)];
  const withPart = [...whole, ...frame(0x02, 200), ...frame(0x80, 1)];
  for (const size of [1, 2, 3, 7, 1000]) {
    const find = (bytes: readonly number[]) => {
      const scanner = new FrameScanner();
      let isFound = false;
      for (let at = 0; at < bytes.length; at += size)
        isFound = scanner.findsFragment(Uint8Array.from(bytes.slice(at, at + size))) || isFound;
      return isFound;
    };
    expect([find(whole), find(withPart)]).toEqual([false, true]);
  }
});
