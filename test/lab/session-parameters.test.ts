import { expect, test } from 'vitest';
import { findDocument } from '../../src/lab/documents.ts';
import { checkParameters, resolveParameters, substitute } from '../../src/lab/session-parameters.ts';

const remoteHost = findDocument('AWS-StartPortForwardingSessionToRemoteHost')?.content;
const command = findDocument('AWS-StartInteractiveCommand')?.content;
if (!remoteHost || !command) throw new Error('the documents are not there');

test('defaults fill in what is not given, and lists of one become text', () => {
  const given = new Map([['host', ['db.internal']]]);
  expect(checkParameters(remoteHost, given)).toBeUndefined();
  const parameters = resolveParameters(remoteHost, given);
  expect(substitute(remoteHost.properties, parameters)).toEqual({
    portNumber: '80',
    type: 'LocalPortForwarding',
    localPortNumber: '0',
    host: 'db.internal',
  });
});

test('a parameter without default is required, unknown ones and lists of two are refused, patterns hold', () => {
  expect(checkParameters(command, new Map())).toEqual({ kind: 'missing', names: ['command'] });
  expect(checkParameters(command, new Map([['colour', ['red']]]))).toEqual({
    kind: 'unknown',
    names: ['colour'],
  });
  expect(checkParameters(command, new Map([['command', ['a', 'b']]]))).toEqual({
    kind: 'not-single',
    name: 'command',
  });
  expect(checkParameters(remoteHost, new Map([['portNumber', ['70000']]]))).toMatchObject({
    kind: 'pattern',
    name: 'portNumber',
  });
  expect(checkParameters(remoteHost, new Map([['host', ['a;b']]]))).toMatchObject({
    kind: 'pattern',
    name: 'host',
  });
});

test('values are held to type, length, pattern and choice', () => {
  const everyRule = findDocument('Lab-FollowLog')?.content;
  if (!everyRule) throw new Error('the document is not there');
  const check = (change: Record<string, string>) =>
    checkParameters(
      everyRule,
      new Map(
        Object.entries({ service: 'web', ticket: 'INC-1', ...change }).map(([name, value]) => [
          name,
          [value],
        ]),
      ),
    );
  expect(check({})).toBeUndefined();
  expect(check({ service: 'mail' })).toMatchObject({ kind: 'value', name: 'service' });
  expect(check({ ticket: 'INC1' })).toEqual({ kind: 'length', name: 'ticket' });
  expect(check({ ticket: 'inc-1' })).toMatchObject({ kind: 'pattern', name: 'ticket' });
  expect(check({ lines: 'many' })).toEqual({ kind: 'type', name: 'lines', type: 'Integer' });
  expect(check({ follow: 'yes' })).toEqual({ kind: 'type', name: 'follow', type: 'Boolean' });
});

test('a parameter alone is taken as it is; amid other text the agent reads its dollar signs', () => {
  const parameters = new Map([['command', 'echo $$HOME $PATH ${x}.']]);
  expect(substitute({ commands: ['{{ command }}', '{{command}} {{other}}'] }, parameters)).toEqual({
    commands: ['echo $$HOME $PATH ${x}.', 'echo $HOME  . {{other}}'],
  });
});
