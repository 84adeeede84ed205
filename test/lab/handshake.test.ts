import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { BlockCipher } from '../../src/lab/agent/handshake/block-cipher.ts';
import { NonceCounter } from '../../src/lab/agent/handshake/nonce-counter.ts';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import { PayloadType } from '../../src/ssm/wire/payload-type.ts';
import { countsOf } from './support/lab-caller.ts';
import { ScriptedClient } from './support/scripted-client.ts';

let lab: Lab;
const clients: ScriptedClient[] = [];

beforeAll(async () => {
  lab = await startLab({ pace: 'fast', handshakeTimeoutMs: 700 });
});
afterAll(() => lab.close());
afterEach(() => {
  for (const client of clients.splice(0)) client.drop();
});

async function open(members: object, fault?: object): Promise<ScriptedClient> {
  const client = await ScriptedClient.open(lab, members, fault);
  clients.push(client);
  return client;
}

const command = (text: string) => ({
  DocumentName: 'AWS-StartNonInteractiveCommand',
  Parameters: { command: [text] },
});
const encryptedShell = { DocumentName: 'Lab-EncryptedShell' };
const sessionTypeDone = { ActionType: 'SessionType', ActionStatus: 1, ActionResult: null, Error: '' };
const failed = (text: string) => expect.stringContaining(`\n----------ERROR-------\n${text}`) as string;

describe('a handshake', () => {
  test('asks for the session type, and completes when that is answered', async () => {
    const client = await open(command('true'));
    await client.until(() => client.has(PayloadType.handshakeRequest));
    expect(client.json(PayloadType.handshakeRequest)).toEqual({
      AgentVersion: '3.3.1142.0',
      RequestedClientActions: [
        {
          ActionType: 'SessionType',
          ActionParameters: { SessionType: 'NonInteractiveCommands', Properties: null },
        },
      ],
    });
    client.respond([sessionTypeDone]);
    await client.until(() => client.has(PayloadType.handshakeComplete));
    expect(client.acknowledged).toEqual([0]);
    expect(client.json(PayloadType.handshakeComplete)).toEqual({
      HandshakeTimeToComplete: expect.any(Number) as number,
      CustomerMessage: '',
    });
  });

  test('of a plain shell does not take place', async () => {
    const client = await open({});
    client.type('printf %s by-now\r');
    await client.until(() => client.text().includes('by-now'));
    expect(client.has(PayloadType.handshakeRequest)).toBe(false);
  });

  test('that is not answered in time ends the session with the official sentence', async () => {
    const client = await open(command('true'));
    await client.closed();
    expect(client.channelClosed?.['Output']).toEqual(
      failed('Encountered error while initiating handshake. Handshake timed out. Please ensure'),
    );
    expect((await countsOf(lab, client.started.SessionId)).status).toBe('Terminated');
  });

  test('with an action that failed on the client ends the session with its error', async () => {
    const client = await open(command('true'));
    await client.until(() => client.has(PayloadType.handshakeRequest));
    client.respond([{ ...sessionTypeDone, ActionStatus: 2, Error: 'Unknown session type x' }]);
    await client.closed();
    expect(client.channelClosed?.['Output']).toEqual(
      failed(
        'Encountered error while initiating handshake. SessionType failed on client with status 2 error: Unknown',
      ),
    );
  });

  test('takes the official client’s mix-up of status and result for a failure', async () => {
    const client = await open(command('true'));
    await client.until(() => client.has(PayloadType.handshakeRequest));
    client.respond([
      sessionTypeDone,
      { ActionType: 'Foo', ActionStatus: 0, ActionResult: 3, Error: 'Unsupported action Foo' },
    ]);
    await client.closed();
    expect(client.channelClosed?.['Output']).toEqual(
      failed('Encountered error while initiating handshake. Foo failed'),
    );
  });

  test('drops input that comes before it is complete, but acknowledges it', async () => {
    const client = await open(command('sleep 0.1'));
    client.send(PayloadType.size, '{"cols":1,"rows":1}');
    client.send(PayloadType.output, '\u0003');
    await client.until(() => client.acknowledged.length === 2);
    await client.answerHandshake();
    await client.closed();
    expect(client.channelClosed?.['Output']).toBe('');
  });

  test('answered with something unreadable is not acknowledged and can be answered again', async () => {
    const client = await open(command('true'));
    await client.until(() => client.has(PayloadType.handshakeRequest));
    client.sendFrame(client.frame(PayloadType.handshakeResponse, 0, 'nonsense'));
    await client.answerHandshake();
    expect(client.acknowledged).toEqual([0]);
  });

  test('answered twice hangs the agent’s reader for good', async () => {
    const client = await open(command('sleep 5'));
    await client.answerHandshake();
    client.respond([sessionTypeDone]);
    client.type('\u0003');
    // What a later session does shows that the time for an acknowledge has passed.
    const other = await open(command('true'));
    await other.answerHandshake();
    await other.closed();
    expect(client.acknowledged).toEqual([0]);
  });

  test('never completes where a fault says so', async () => {
    const stuck = await open(command('true'), { kind: 'handshake-timeout' });
    await stuck.until(() => stuck.has(PayloadType.handshakeRequest));
    stuck.respond([sessionTypeDone]);
    const other = await open(command('true'));
    await other.closed();
    expect({ isClosed: stuck.isClosed, complete: stuck.has(PayloadType.handshakeComplete) }).toEqual({
      isClosed: false,
      complete: false,
    });
  });
});

describe('an encrypted session', () => {
  for (const useChallenge of [false, true]) {
    test(`encrypts both ways ${useChallenge ? 'with' : 'without'} the random challenge in the context`, async () => {
      const client = await open(encryptedShell);
      await client.answerHandshake({ useChallenge });
      expect(client.json(PayloadType.handshakeComplete)['CustomerMessage']).toBe(
        'This session is encrypted using AWS KMS.',
      );
      client.send(PayloadType.size, '{"cols":77,"rows":33}');
      client.type('echo size:`stty size`:\r');
      await client.until(() => client.text().includes('size:33 77:'));
    });
  }

  test('sends the outputs and the exit code of a command encrypted', async () => {
    const client = await open({
      DocumentName: 'Lab-EncryptedCommand',
      Parameters: { command: ['sh -c "echo out; echo err >&2; exit 4"'] },
    });
    await client.answerHandshake();
    await client.closed();
    expect([client.text(), client.text(PayloadType.stdErr), client.text(PayloadType.exitCode)]).toEqual([
      'out\n',
      'err\n',
      'EXIT_CODE: 4',
    ]);
  });

  test('with another context than the agent’s ends: the data key cannot be had', async () => {
    const client = await open(encryptedShell);
    client.answerHandshake({ context: { 'aws:ssm:TargetId': 'i-0000' } }).catch(() => undefined);
    await client.closed();
    expect(client.channelClosed?.['Output']).toEqual(
      failed(
        'Encountered error while initiating handshake. Fetching data key failed: Unable to retrieve data key',
      ),
    );
  });

  test('whose challenge is answered wrongly is not acknowledged and times out', async () => {
    const client = await open(encryptedShell);
    await client.until(() => client.has(PayloadType.handshakeRequest));
    const answered = client.answerHandshake().catch(() => undefined);
    await client.until(() => client.dataKey !== undefined);
    client.dataKey = Buffer.concat([client.dataKey?.subarray(0, 32) ?? Buffer.alloc(0), Buffer.alloc(32, 7)]);
    await answered;
    await client.closed();
    expect(client.channelClosed?.['Output']).toEqual(
      failed('Encountered error while initiating handshake. Timed out waiting for encryption challenge.'),
    );
    expect(client.acknowledged).toEqual([0]);
  });

  test('whose agent proves itself with the wrong half of the key, by a fault, cannot be read by the client', async () => {
    const client = await open(encryptedShell, { kind: 'wrong-challenge' });
    await expect(client.answerHandshake()).rejects.toThrow(/authenticate data/);
  });

  test('does not acknowledge input that was not encrypted with the client’s half', async () => {
    const client = await open(encryptedShell);
    await client.answerHandshake();
    const number = client.send(PayloadType.output, Buffer.alloc(40));
    client.sendFrame(
      client.frame(PayloadType.output, number, client.encrypt(Buffer.from('echo ok-$((5*5))\r'))),
    );
    await client.until(() => client.text().includes('ok-25'));
  });

  test('goes deaf at output that comes before there is a key', async () => {
    const client = await open(encryptedShell);
    client.send(PayloadType.output, 'early');
    await client.closed();
    expect({ output: client.channelClosed?.['Output'], acknowledged: client.acknowledged }).toEqual({
      output: failed('Encountered error while initiating handshake. Handshake timed out.'),
      acknowledged: [],
    });
  });

  test('offers no challenge before agent 3.3.808.0', async () => {
    const old = await startLab({ pace: 'fast', agentVersion: '3.3.807.0' });
    try {
      const client = await ScriptedClient.open(old, encryptedShell);
      await client.answerHandshake();
      expect(Object.keys(client.requestedActions()[1]?.['ActionParameters'] ?? {})).toEqual(['KMSKeyId']);
    } finally {
      await old.close();
    }
  });
});

describe('the agent’s cipher', () => {
  const dataKey = Buffer.from(Array.from({ length: 64 }, (_, index) => index));
  const nonce = Buffer.from(Array.from({ length: 12 }, (_, index) => index));
  const cipher = new BlockCipher(dataKey, () => nonce);

  test('encrypts with the first half of the key as in vector V3', () => {
    expect(Buffer.from(cipher.encrypt(Buffer.from('hello'))).toString('hex')).toBe(
      '000102030405060708090a0b2f67ba77aa2797ff353b8a046d28236dcd9d057bbb',
    );
  });

  test('decrypts with the second half as in vector V3, and nothing else', () => {
    const vector = Buffer.from('000102030405060708090a0b343731cb25fb6b6d50e4ed83c749b851c5fa918ab5', 'hex');
    expect(Buffer.from(cipher.decrypt(vector) ?? []).toString()).toBe('hello');
    for (const size of [0, 11, 12, 27]) expect(cipher.decrypt(vector.subarray(0, size))).toBeUndefined();
    expect(cipher.decrypt(cipher.encrypt(Buffer.from('hello')))).toBeUndefined();
  });

  test('counts nonces as in vector V7', () => {
    const first = new NonceCounter([1, 2, 3]);
    expect([first.next(), first.next()].map((bytes) => bytes.toString('hex'))).toEqual([
      '010000000200000003000000',
      '020000000200000003000000',
    ]);
    const carrying = new NonceCounter([0xffff_ffff, 2, 3]);
    carrying.next();
    expect(carrying.next().toString('hex')).toBe('000000000300000003000000');
    const full = new NonceCounter([0xffff_ffff, 0xffff_ffff, 0xffff_ffff]);
    full.next();
    expect(full.next().toString('hex')).toBe('0'.repeat(24));
  });
});
