import { describe, expect, it } from 'vitest';
import type { ChannelEffect } from '../../../src/ssm/channel/channel-types.ts';
import { SsmError } from '../../../src/ssm/ssm-error.ts';
import {
  decodeEncryptionChallenge,
  encodeEncryptionChallenge,
} from '../../../src/ssm/wire/encryption-challenge.ts';
import { encodeExitCode } from '../../../src/ssm/wire/exit-code.ts';
import { encodeFlag, Flag } from '../../../src/ssm/wire/flag.ts';
import { PayloadType } from '../../../src/ssm/wire/payload-type.ts';
import {
  agentCipher,
  answers,
  completeWith,
  dataKey,
  encryptionAction,
  keyId,
  requestOf,
  sessionTypeAction,
  target,
} from '../support/handshakes.ts';
import { countingNonces } from '../support/random.ts';
import {
  acknowledgedNumbers,
  deliveredText,
  kinds,
  ScriptedChannel,
  sentMessages,
  sentTexts,
  states,
} from '../support/scripted-channel.ts';

const size = { cols: 80, rows: 24 };
const port = requestOf(sessionTypeAction('Port', { portNumber: '22', type: 'LocalPortForwarding' }));
const encryptedShell = requestOf(sessionTypeAction('Standard_Stream'), encryptionAction());

const say = (script: ScriptedChannel, sequenceNumber: number, payloadType: number, payload: Uint8Array) =>
  script.receive({ sequenceNumber, payloadType, payload });
const request = (script: ScriptedChannel, payload: Uint8Array, number = 0) =>
  say(script, number, PayloadType.handshakeRequest, payload);
const complete = (script: ScriptedChannel, number = 1, message = '') =>
  say(script, number, PayloadType.handshakeComplete, completeWith(message));
const established = (effects: readonly ChannelEffect[]) =>
  effects.flatMap((effect) => (effect.kind === 'established' ? [effect.facts] : []));
const failedWith = (code: string, more: object = {}) => [
  { kind: 'ended', end: { kind: 'failed', error: expect.objectContaining({ code, ...more }) } },
];
const asked = (effects: readonly ChannelEffect[]) =>
  effects.flatMap((effect) => (effect.kind === 'generate-data-key' ? [effect.request] : []));
/** Loses the connection and gets a new one. */
function reconnect(script: ScriptedChannel): ChannelEffect[] {
  script.give({ kind: 'socket-closed' });
  script.give({ kind: 'resumed', tokenValue: 'token-1' });
  return script.give({ kind: 'socket-opened' });
}

describe('a session type', () => {
  it('is acknowledged first and then answered, with null for errors when there are none (trap 29)', () => {
    const script = ScriptedChannel.live({ handshake: 'expected' });
    const effects = request(script, port);
    expect(acknowledgedNumbers(effects.slice(0, 1))).toEqual([0]);
    expect(sentTexts(effects)).toEqual([
      '0:{"ClientVersion":"1.2.677.0","ProcessedClientActions":[' +
        '{"ActionType":"SessionType","ActionStatus":1,"ActionResult":null,"Error":""}],"Errors":null}',
    ]);
  });

  it.each(['Standard_Stream', 'InteractiveCommands', 'NonInteractiveCommands', 'Port'])(
    '%s is told with the other facts when the handshake is complete, once',
    (sessionType) => {
      const script = ScriptedChannel.live({ handshake: 'expected' });
      const properties = { portNumber: '22', attempts: 3, nested: { deep: true } };
      const before = request(script, requestOf(sessionTypeAction(sessionType, properties)));
      const effects = [complete(script, 1, 'Welcome'), complete(script, 2, 'Again')].flat();
      expect([established(before), established(effects)]).toEqual([
        [],
        [
          {
            sessionType,
            properties: { portNumber: '22', attempts: 3 },
            agentVersion: '3.3.1142.0',
            isEncrypted: false,
            customerMessage: 'Welcome',
          },
        ],
      ]);
    },
  );

  it('that is not known is refused in the official words, and the session ends with a typed error', () => {
    const script = ScriptedChannel.live({ handshake: 'expected' });
    const [answer] = answers(request(script, requestOf(sessionTypeAction('standard_stream'))));
    expect(answer).toEqual({
      clientVersion: '1.2.677.0',
      processedClientActions: [
        {
          actionType: 'SessionType',
          actionStatus: 2,
          actionResult: null,
          error: 'Failed to process action SessionType: Unknown session type standard_stream',
        },
      ],
      errors: ['Unknown session type standard_stream'],
    });
    expect(states(script.acknowledge(0))).toEqual(failedWith('session-type-unsupported'));
  });

  it('may come with actions that nobody knows: unsupported, in their place in the answer (trap 28)', () => {
    const script = ScriptedChannel.live({ handshake: 'expected' });
    const foo = { actionType: 'Foo', actionParameters: { anything: [1] } };
    const [answer] = answers(request(script, requestOf(sessionTypeAction('Port'), foo)));
    expect(answer?.processedClientActions[1]).toEqual({
      actionType: 'Foo',
      actionStatus: 3,
      actionResult: null,
      error: 'Unsupported action Foo',
    });
    expect(answer?.errors).toEqual(['Unsupported action Foo']);
    expect(states(script.acknowledge(0))).toEqual(failedWith('handshake-failed'));
  });
});

describe('a refusal', () => {
  function refused(): ScriptedChannel {
    const script = ScriptedChannel.live({ handshake: 'expected' });
    request(script, requestOf(sessionTypeAction('Teletype')));
    return script;
  }

  it.each([
    ['when the answer is acknowledged', (script: ScriptedChannel) => script.acknowledge(0)],
    ['when the service closes the channel', (script: ScriptedChannel) => script.closed('Handshake failed')],
    ['when the connection is lost', (script: ScriptedChannel) => script.give({ kind: 'socket-closed' })],
    ['within a second in any case', (script: ScriptedChannel) => script.pass(1000)],
  ])('ends the session with its error %s', (_, happen) => {
    expect(states(happen(refused()))).toEqual(failedWith('session-type-unsupported'));
  });

  it('sends nothing that was typed', () => {
    const script = refused();
    script.write('rm -rf /\r');
    expect(sentTexts(script.pass(700)).filter((text) => text.includes('rm'))).toEqual([]);
  });
});

describe('a handshake', () => {
  it('trap 35: is answered once: a repeat is only acknowledged, and a second request never gets a number', () => {
    const script = ScriptedChannel.live({ handshake: 'expected' });
    request(script, port);
    const again = [request(script, port), request(script, port, 1)].flat();
    expect([acknowledgedNumbers(again), sentMessages(again)]).toEqual([[0, 1], []]);
  });

  it('trap 35: has a lost answer sent again as the same bytes', () => {
    const script = ScriptedChannel.live({ handshake: 'expected' });
    const [first] = sentMessages(request(script, port));
    expect(sentMessages(script.pass(250))).toEqual([first]);
  });

  it('is taken in its turn, also when its end overtakes its beginning', () => {
    const script = ScriptedChannel.live({ handshake: 'expected' });
    expect(established(complete(script))).toEqual([]);
    const effects = request(script, port);
    expect([answers(effects).length, established(effects).length]).toEqual([1, 1]);
  });

  it('may be complete before its answer is acknowledged (section 15)', () => {
    const script = ScriptedChannel.live({ handshake: 'expected' });
    request(script, port);
    expect(established(complete(script))).toHaveLength(1);
    script.acknowledge(0);
    expect(sentTexts(script.write('x'))).toEqual(['1:x']);
  });

  it('goes on over a lost connection, with the answer that was not acknowledged', () => {
    const script = ScriptedChannel.live({ handshake: 'expected' });
    const [answer] = sentMessages(request(script, port));
    expect(sentMessages(reconnect(script))).toEqual([answer]);
    expect(established(complete(script))).toHaveLength(1);
  });

  it('is answered also where nobody expected it, once, and input waits for its end', () => {
    const script = ScriptedChannel.live({ handshake: 'none' });
    script.output(0, '$ ');
    expect(answers(request(script, requestOf(sessionTypeAction('Standard_Stream')), 1))).toHaveLength(1);
    expect(sentTexts(script.write('held'))).toEqual([]);
    expect(sentTexts(complete(script, 2))).toEqual(['1:held']);
  });

  it.each([
    ['a request that is no JSON', (script: ScriptedChannel) => request(script, Buffer.from('{'))],
    [
      'a request with more actions than anybody asks for',
      (script: ScriptedChannel) =>
        request(script, requestOf(...Array.from({ length: 100 }, () => sessionTypeAction('Port')))),
    ],
    ['an end without a request', (script: ScriptedChannel) => complete(script, 0)],
    [
      'an end without a session type',
      (script: ScriptedChannel) => [request(script, requestOf()), complete(script)].flat(),
    ],
    [
      'an end that is no JSON',
      (script: ScriptedChannel) =>
        [request(script, port), say(script, 1, PayloadType.handshakeComplete, Buffer.from('{'))].flat(),
    ],
    [
      'a challenge in plain',
      (script: ScriptedChannel) =>
        [
          request(script, port),
          say(script, 1, PayloadType.encChallengeRequest, encodeEncryptionChallenge(Buffer.from('x'))),
        ].flat(),
    ],
  ])('ends the session as a breach of the protocol with %s', (_, happen) => {
    expect(states(happen(ScriptedChannel.live({ handshake: 'expected' })))).toEqual(failedWith('protocol'));
  });

  it.each([
    ['the request', () => {}],
    ['its end', (script: ScriptedChannel) => request(script, port)],
  ])('ends the session after a minute without %s', (_, happen) => {
    const script = ScriptedChannel.live({ handshake: 'expected' });
    happen(script);
    expect(states(script.pass(59_999))).toEqual([]);
    expect(states(script.pass(1))).toEqual(failedWith('handshake-timeout'));
  });

  it('has its minute again on a new connection', () => {
    const script = ScriptedChannel.live({ handshake: 'expected' });
    script.pass(59_000);
    reconnect(script);
    expect(states(script.pass(59_000))).toEqual([]);
  });

  it('has no limit once it is complete', () => {
    const script = ScriptedChannel.live({ handshake: 'expected' });
    request(script, port);
    complete(script);
    script.acknowledge(0);
    script.effects.length = 0;
    script.pass(600_000);
    expect([script.effects, script.channel.nextTimerAt()]).toEqual([[], undefined]);
  });
});

describe('input', () => {
  it('trap 14: is held until the handshake is complete where one is expected, and so is the size', () => {
    const script = new ScriptedChannel({ handshake: 'expected', size });
    script.write('typed');
    script.give({ kind: 'start' });
    script.give({ kind: 'socket-opened' });
    request(script, requestOf(sessionTypeAction('Standard_Stream')));
    script.give({ kind: 'resize', size: { cols: 100, rows: 30 } });
    script.pass(5000);
    expect(sentMessages(script.effects).every(({ payloadType }) => payloadType === 6)).toBe(true);
    expect(sentTexts(complete(script))).toEqual(['1:{"cols":100,"rows":30}', '2:typed']);
  });

  it('trap 14: is held where a handshake may come, and the size, which does no harm, is said again after it', () => {
    const script = new ScriptedChannel({ handshake: 'unknown', size });
    script.give({ kind: 'start' });
    script.write('typed');
    expect(sentTexts(script.give({ kind: 'socket-opened' }))).toEqual(['0:{"cols":80,"rows":24}']);
    request(script, requestOf(sessionTypeAction('Standard_Stream')));
    expect(sentTexts(complete(script))).toEqual(['2:{"cols":80,"rows":24}', '3:typed']);
    expect(sentTexts(script.output(2, '$ '))).toEqual([]);
  });

  it('goes out with the first output where a handshake may come', () => {
    const script = ScriptedChannel.live({ handshake: 'unknown' });
    expect(sentTexts(script.write('typed'))).toEqual([]);
    const effects = script.output(0, '$ ');
    expect(sentTexts(effects)).toEqual(['0:typed']);
    expect(effects.findIndex(({ kind }) => kind === 'established')).toBeLessThan(
      effects.findIndex(({ kind }) => kind === 'deliver'),
    );
    expect(established(effects)).toEqual([
      { sessionType: 'Standard_Stream', properties: {}, isEncrypted: false, customerMessage: '' },
    ]);
  });

  it('goes out after 2.5 s of silence where a handshake may come, for the sake of programs that wait for it', () => {
    const script = ScriptedChannel.live({ handshake: 'unknown' });
    script.write('typed');
    expect(sentTexts(script.pass(2499))).toEqual([]);
    expect(sentTexts(script.pass(1))).toEqual(['0:typed']);
  });

  it.each([
    ['the agent has only now come', (script: ScriptedChannel) => script.publication('start')],
    ['the connection is a new one', reconnect],
  ])('is held for another 2.5 s when %s', (_, happen) => {
    const script = ScriptedChannel.live({ handshake: 'unknown' });
    script.write('typed');
    script.pass(2000);
    happen(script);
    expect(sentTexts(script.pass(2000))).toEqual([]);
    expect(sentTexts(script.pass(500))).toEqual(['0:typed']);
  });

  it('is held while the service says that the agent is away, and for 2.5 s from its return', () => {
    const script = ScriptedChannel.live({ handshake: 'unknown' });
    script.write('typed');
    script.publication('pause');
    script.pass(9000);
    script.publication('start');
    expect(sentTexts(script.pass(2499))).toEqual([]);
    expect(sentTexts(script.pass(1))).toEqual(['0:typed']);
  });

  it('is cut between characters for a shell, and at exactly 1024 bytes for a port', () => {
    const lengths = ['Standard_Stream', 'Port'].map((sessionType) => {
      const script = ScriptedChannel.live({ handshake: 'expected' });
      request(script, requestOf(sessionTypeAction(sessionType)));
      complete(script);
      return sentMessages(script.write('語'.repeat(400))).map(({ payload }) => payload.length);
    });
    expect(lengths).toEqual([
      [1023, 177],
      [1024, 176],
    ]);
  });
});

describe('an encrypted session', () => {
  const options = { handshake: 'expected', target, size } as const;
  const nonce = countingNonces();
  const sealed = (text: string): Uint8Array => agentCipher().encrypt(Buffer.from(text), nonce());

  /** A channel on which KMS has been asked. */
  function asking(payload = encryptedShell): ScriptedChannel {
    const script = ScriptedChannel.live(options);
    request(script, payload);
    return script;
  }

  /** A channel whose handshake is complete, with what that took forgotten. */
  function live(): ScriptedChannel {
    const script = asking();
    script.give({ kind: 'data-key', key: dataKey });
    complete(script);
    for (const number of [0, 1]) script.acknowledge(number);
    script.effects.length = 0;
    return script;
  }

  it('traps 33 and 34: asks for a key with the session and the literal target as context', () => {
    expect(asked(asking().effects)).toEqual([
      {
        keyId,
        encryptionContext: { 'aws:ssm:SessionId': 'session', 'aws:ssm:TargetId': target },
      },
    ]);
  });

  it('V6: answers with the key as KMS encrypted it, and null for its hash', () => {
    const script = asking();
    expect(sentMessages(script.effects)).toEqual([]);
    expect(sentTexts(script.give({ kind: 'data-key', key: dataKey }))).toEqual([
      '0:{"ClientVersion":"1.2.677.0","ProcessedClientActions":[' +
        '{"ActionType":"SessionType","ActionStatus":1,"ActionResult":null,"Error":""},' +
        '{"ActionType":"KMSEncryption","ActionStatus":1,"ActionResult":{"KMSCipherTextKey":"Y2lwaGVyLXRleHQta2V5","KMSCipherTextHash":null},"Error":""}],' +
        '"Errors":null}',
    ]);
  });

  it('V6: answers every action, also behind one that is not known', () => {
    const foo = { actionType: 'Foo', actionParameters: null };
    const script = asking(requestOf(sessionTypeAction('Standard_Stream'), encryptionAction(), foo));
    const [answer] = answers(script.give({ kind: 'data-key', key: dataKey }));
    expect(answer?.processedClientActions.map(({ actionStatus }) => actionStatus)).toEqual([1, 1, 3]);
    expect(answer?.errors).toEqual(['Unsupported action Foo']);
  });

  it('puts a challenge into the context and says so', () => {
    const script = asking(requestOf(sessionTypeAction('Standard_Stream'), encryptionAction('cmFuZG9t')));
    expect(asked(script.effects)[0]?.encryptionContext).toHaveProperty('aws:ssm:RandomChallenge', 'cmFuZG9t');
    const [answer] = answers(script.give({ kind: 'data-key', key: dataKey }));
    expect(answer?.processedClientActions[1]?.actionResult).toMatchObject({ ChallengeAcknowledgement: true });
  });

  it.each(['', null, 5, {}])('takes no notice of the challenge %j', (challenge) => {
    const script = asking(requestOf(sessionTypeAction('Standard_Stream'), encryptionAction(challenge)));
    expect(asked(script.effects)[0]?.encryptionContext).not.toHaveProperty('aws:ssm:RandomChallenge');
    const [answer] = answers(script.give({ kind: 'data-key', key: dataKey }));
    expect(answer?.processedClientActions[1]?.actionResult).not.toHaveProperty('ChallengeAcknowledgement');
  });

  it('proves its key: decrypts the challenge with one half and encrypts it with the other, once', () => {
    const script = asking();
    script.give({ kind: 'data-key', key: dataKey });
    const secret = Buffer.alloc(64, 7);
    const challenge = encodeEncryptionChallenge(agentCipher().encrypt(secret, nonce()));
    const [answer] = sentMessages(say(script, 1, PayloadType.encChallengeRequest, challenge));
    expect(answer?.payloadType).toBe(PayloadType.encChallengeResponse);
    const proof = agentCipher().decrypt(decodeEncryptionChallenge(answer?.payload ?? new Uint8Array()));
    expect(proof).toEqual(secret);
    expect(sentMessages(say(script, 2, PayloadType.encChallengeRequest, challenge))).toEqual([]);
  });

  it.each([
    ['of another key', agentCipher(new Uint8Array(64)).encrypt(Buffer.alloc(64), Buffer.alloc(12))],
    ['of output it has seen', agentCipher().encrypt(Buffer.from('$ '), Buffer.alloc(12))],
    ['that is too short to be encrypted', Buffer.alloc(11)],
  ])('ends on a challenge %s', (_, encrypted) => {
    const script = asking();
    script.give({ kind: 'data-key', key: dataKey });
    const effects = say(script, 1, PayloadType.encChallengeRequest, encodeEncryptionChallenge(encrypted));
    expect([sentMessages(effects), states(effects)]).toEqual([[], failedWith('handshake-failed')]);
  });

  it('trap 32: encrypts output both ways, standard error and exit code, and leaves sizes and flags plain', () => {
    const script = live();
    script.write('typed');
    script.give({ kind: 'resize', size: { cols: 100, rows: 30 } });
    script.give({ kind: 'send-flag', flag: Flag.terminateSession });
    const up = sentMessages(script.effects).map(({ payloadType, payload }) => [
      payloadType,
      Buffer.from(payloadType === 1 ? (agentCipher().decrypt(payload) ?? []) : payload).toString(),
    ]);
    expect(up).toEqual([
      [1, 'typed'],
      [3, '{"cols":100,"rows":30}'],
      [10, '\0\0\0\u0002'],
    ]);
    const down = [
      say(script, 2, PayloadType.output, sealed('out')),
      say(script, 3, PayloadType.stdErr, sealed('err')),
      say(script, 4, PayloadType.exitCode, sealed(Buffer.from(encodeExitCode(3)).toString())),
      say(script, 5, PayloadType.flag, encodeFlag(Flag.connectToPortError)),
    ].flat();
    expect(down.filter(({ kind }) => kind !== 'send')).toEqual([
      { kind: 'deliver', bytes: Buffer.from('out') },
      { kind: 'deliver-stderr', bytes: Buffer.from('err') },
      { kind: 'exit-code', code: 3 },
      { kind: 'flag', flag: 3 },
    ]);
  });

  it('says that it is encrypted', () => {
    const script = asking();
    script.give({ kind: 'data-key', key: dataKey });
    expect(established(complete(script, 1, 'This session is encrypted using AWS KMS.'))).toMatchObject([
      { isEncrypted: true, customerMessage: 'This session is encrypted using AWS KMS.' },
    ]);
  });

  it('sends repeats as the same bytes, not encrypted anew', () => {
    const script = live();
    const [first] = sentMessages(script.write('typed'));
    expect(sentMessages(reconnect(script))).toEqual([first]);
  });

  it('decrypts what comes out of order in its turn, and a repeat not at all', () => {
    const script = live();
    const second = say(script, 3, PayloadType.output, sealed('second'));
    const effects = [
      say(script, 2, PayloadType.output, sealed('first ')),
      say(script, 3, PayloadType.output, Buffer.from('not what was sealed')),
    ].flat();
    expect([deliveredText(second), deliveredText(effects)]).toEqual(['', 'first second']);
    expect(acknowledgedNumbers([...second, ...effects])).toEqual([3, 2, 3]);
  });

  it('does not acknowledge what cannot be decrypted, takes it when it comes whole, and ends when it never does', () => {
    const script = live();
    const bad = (number: number) => say(script, number, PayloadType.output, Buffer.from('plain text'));
    expect([bad(2), bad(3), bad(2), bad(2)].flat()).toEqual([]);
    expect(deliveredText(say(script, 2, PayloadType.output, sealed('whole')))).toBe('whole');
    expect(states(bad(3))).toEqual(failedWith('protocol'));
  });

  it('takes no plain output for its own that was stored before there was a key', () => {
    const script = asking();
    say(script, 2, PayloadType.output, Buffer.from('forged'));
    const effects = script.give({ kind: 'data-key', key: dataKey });
    expect([deliveredText(effects), states(effects)]).toEqual(['', failedWith('protocol')]);
  });

  it('asks once, whatever becomes of the connection, and answers once on whichever there is', () => {
    const script = asking();
    reconnect(script);
    request(script, encryptedShell);
    script.give({ kind: 'socket-closed' });
    expect(sentMessages(script.give({ kind: 'data-key', key: dataKey }))).toEqual([]);
    script.give({ kind: 'resumed', tokenValue: 'token-2' });
    const effects = script.give({ kind: 'socket-opened' });
    expect([asked(script.effects).length, answers(effects).length]).toEqual([1, 1]);
    script.acknowledge(0);
    expect(script.give({ kind: 'data-key', key: dataKey })).toEqual([]);
  });

  it('ends, having told the agent in the official words, when KMS denies the key; the cause is kept', () => {
    const script = asking();
    const cause = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
    const error = new SsmError('kms-denied', 'No key.', cause);
    const reason = 'Error calling KMS GenerateDataKey API: AccessDeniedException: not authorized';
    const [answer] = answers(script.give({ kind: 'data-key-failed', error }));
    expect(answer).toMatchObject({
      processedClientActions: [
        { actionStatus: 1 },
        { actionStatus: 2, error: `Failed to process action KMSEncryption: ${reason}` },
      ],
      errors: [reason],
    });
    expect(states(script.acknowledge(0))).toEqual(failedWith('kms-denied', { cause }));
  });

  it('ends at once when KMS denies the key while there is no connection', () => {
    const script = asking();
    script.give({ kind: 'socket-closed' });
    const effects = script.give({ kind: 'data-key-failed', error: new SsmError('kms-denied', 'No key.') });
    expect(states(effects)).toEqual(failedWith('kms-denied'));
  });

  it.each([
    ['too short', { ...dataKey, plaintext: new Uint8Array(32) }],
    ['without its encrypted form', { ...dataKey, ciphertext: new Uint8Array() }],
  ])('ends when the key is %s', (_, key) => {
    const script = asking();
    expect(answers(script.give({ kind: 'data-key', key }))[0]?.processedClientActions[1]?.actionStatus).toBe(
      2,
    );
    expect(states(script.acknowledge(0))).toEqual(failedWith('kms-unavailable'));
  });

  it('ends where the target is not known, without asking', () => {
    const script = ScriptedChannel.live({ handshake: 'expected' });
    expect(asked(request(script, encryptedShell))).toEqual([]);
    expect(states(script.acknowledge(0))).toEqual(failedWith('kms-unavailable'));
  });

  it('ends after a minute in which KMS says nothing', () => {
    expect(states(asking().pass(60_000))).toEqual(failedWith('handshake-timeout'));
  });

  it('forgets the question when the session has ended', () => {
    const script = asking();
    script.give({ kind: 'end' });
    expect(kinds(script.give({ kind: 'data-key', key: dataKey }))).toEqual([]);
  });
});
