import { describe, expect, it } from 'vitest';
import { handshakeOf, judgeDocument, type SessionDocument } from '../../src/aws/session-document.ts';
import { documents } from '../../src/lab/documents.ts';
import { AppError } from '../../src/shared/errors.ts';

const attempted = 'Start a session on i-1';

const read = (content: unknown, name = 'Our-Document'): SessionDocument =>
  judgeDocument(
    {
      kind: 'found',
      document: {
        DocumentType: 'Session',
        Content: typeof content === 'string' ? content : JSON.stringify(content),
      },
    },
    { attempted, name },
  ).document as SessionDocument;

describe('a session document', () => {
  it.each([
    ['SSM-SessionManagerRunShell', 'Standard_Stream', 'none'],
    ['AWS-StartPortForwardingSessionToRemoteHost', 'Port', 'expected'],
    ['AWS-StartInteractiveCommand', 'InteractiveCommands', 'none'],
    ['AWS-StartNonInteractiveCommand', 'NonInteractiveCommands', 'expected'],
  ])('%s of the lab starts %s, where the handshake is %s', (name, sessionType, handshake) => {
    const content = documents.find((known) => known.name === name)?.content;
    const document = read(content, name);
    expect([document.sessionType, handshakeOf(document)]).toEqual([sessionType, handshake]);
  });

  it('with a KMS key has a handshake, and with an empty one does not', () => {
    const withKey = (kmsKeyId: unknown) => read({ sessionType: 'Standard_Stream', inputs: { kmsKeyId } });
    expect(['alias/sessions', '', 7].map((key) => handshakeOf(withKey(key)))).toEqual([
      'expected',
      'none',
      'none',
    ]);
  });

  it('tells its parameters, with what stands for one that is not given', () => {
    expect(
      read({
        description: 'Ours',
        parameters: {
          portNumber: { type: 'String', default: '80', allowedPattern: '^[0-9]+$', description: 'The port' },
          hosts: { type: 'StringList', default: ['a', 'b'] },
          command: { type: 'String' },
          'not a name': { type: 'String' },
        },
      }),
    ).toMatchObject({
      description: 'Ours',
      parameters: [
        {
          name: 'portNumber',
          type: 'String',
          default: ['80'],
          allowedPattern: '^[0-9]+$',
          description: 'The port',
        },
        { name: 'hosts', type: 'StringList', default: ['a', 'b'], description: '' },
        { name: 'command', type: 'String', description: '' },
      ],
    });
  });

  it('tells what its parameters accept, in the words and in the numbers of the document', () => {
    const [kind, list] = read({
      parameters: {
        kind: {
          type: 'Integer',
          allowedValues: ['1', 2, null],
          minChars: 1,
          maxChars: '2',
        },
        list: { type: 'StringList', minItems: 1, maxItems: 3.5 },
        odd: { type: 'MapList' },
      },
    }).parameters;
    expect(kind).toEqual({
      name: 'kind',
      type: 'Integer',
      description: '',
      allowedValues: ['1', '2'],
      minChars: 1,
      maxChars: 2,
    });
    expect(list).toEqual({ name: 'list', type: 'StringList', description: '', minItems: 1 });
  });

  it('tells as whom its sessions run, what is kept of them and how long they last', () => {
    const inputs = {
      s3BucketName: 'logs',
      s3EncryptionEnabled: 'true',
      cloudWatchLogGroupName: '/ssm',
      cloudWatchStreamingEnabled: true,
      kmsKeyId: 'alias/ssm',
      runAsEnabled: 'True',
      runAsDefaultUser: 'ops',
      idleSessionTimeout: '15',
      maxSessionDuration: 720,
      shellProfile: { linux: 'cd /tmp\n' },
    };
    expect(read({ inputs }).preferences).toEqual({
      runAs: { kind: 'named', user: 'ops' },
      kmsKeyId: 'alias/ssm',
      shellProfile: { linux: 'cd /tmp' },
      s3: { bucket: 'logs', mustBeEncrypted: true },
      cloudWatch: { logGroup: '/ssm', isStreaming: true, mustBeEncrypted: false },
      idleMinutes: 15,
      maxMinutes: 720,
    });
  });

  it('with empty preferences means the service’s own, and with impossible limits says nothing of them', () => {
    expect(
      read({ inputs: { idleSessionTimeout: '0', maxSessionDuration: '1441', runAsEnabled: 1 } }).preferences,
    ).toEqual({ runAs: { kind: 'agent-user' }, shellProfile: {} });
    expect(read({ sessionType: 'Port' }).preferences).toBeUndefined();
  });

  it.each([
    ['always', { linux: { separateOutputStream: true } }, {}, true],
    ['always, in the words of a document', { windows: { separateOutputStream: 'True' } }, {}, true],
    [
      'where a parameter says so',
      { linux: { separateOutputStream: '{{ separate }}' } },
      { separate: { type: 'String', default: 'false' } },
      { parameter: 'separate', value: 'true' },
    ],
    [
      'where a parameter says so in its own spelling',
      { linux: { separateOutputStream: '{{ separate }}' } },
      { separate: { type: 'String', default: 'False' } },
      { parameter: 'separate', value: 'True' },
    ],
    [
      'not, where the parameter is not there',
      { linux: { separateOutputStream: '{{ separate }}' } },
      {},
      false,
    ],
    ['not', { linux: { commands: 'id' } }, {}, false],
  ])('keeps stdout and stderr apart: %s', (_name, properties, parameters, expected) => {
    expect(read({ properties, parameters }).separatesOutput).toEqual(expected);
  });

  it.each([
    '',
    'schemaVersion: "1.0"\nsessionType: Port',
    'null',
    '[]',
    '7',
    '{"parameters":[1],"inputs":7}',
  ])('that reads %j is one of which nothing is known', (content) => {
    const document = read(content);
    expect([document.sessionType, document.parameters, handshakeOf(document)]).toEqual([
      undefined,
      [],
      'unknown',
    ]);
  });

  it('of another kind than the caller can carry is refused before the start', () => {
    const document = { DocumentType: 'Session' as const, Content: '{"sessionType":"Port"}' };
    const judge = () =>
      judgeDocument(
        { kind: 'found', document },
        { attempted, name: 'Ours', sessionTypes: ['Standard_Stream'] },
      );
    expect(judge).toThrow(AppError);
    expect(judge).toThrow('Ours starts sessions of the kind Port.');
  });
});
