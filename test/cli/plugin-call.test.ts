import { describe, expect, it } from 'vitest';
import { readPluginCall } from '../../src/cli/plugin/plugin-call.ts';

const session = {
  sessionId: 's-1',
  tokenValue: 'token-1',
  streamUrl: 'wss://gateway/v1/data-channel/s-1?a=+/=',
};
const response = JSON.stringify({
  SessionId: session.sessionId,
  TokenValue: session.tokenValue,
  StreamUrl: session.streamUrl,
  ResponseMetadata: { HTTPStatusCode: 200 },
});
const request = '{"Target":"i-1","DocumentName":"AWS-StartSSHSession","Parameters":{"portNumber":["22"]}}';

describe('what the AWS CLI hands over', () => {
  it('is the response in an argument, with the token left out of nothing', () => {
    expect(
      readPluginCall([response, 'eu-west-1', 'StartSession', 'work', request, 'https://ssm'], {}),
    ).toEqual({
      kind: 'start',
      start: {
        session,
        region: 'eu-west-1',
        profileName: 'work',
        endpoint: 'https://ssm',
        target: 'i-1',
        documentName: 'AWS-StartSSHSession',
      },
    });
  });

  it('is the name of a variable with the response, which is gone afterwards', () => {
    const environment = { AWS_SSM_START_SESSION_RESPONSE_7: response, OTHER: 'stays' };
    expect(
      readPluginCall(
        ['AWS_SSM_START_SESSION_RESPONSE_7', 'eu-west-1', 'StartSession', '', '{"Target":"i-1"}', ''],
        environment,
      ),
    ).toEqual({ kind: 'start', start: { session, region: 'eu-west-1', target: 'i-1' } });
    expect(environment).toEqual({ OTHER: 'stays' });
  });

  it('is what ECS answers to execute-command, whose members begin with a small letter', () => {
    const target = 'ecs:harbour_0a1b_0a1b-1';
    expect(
      readPluginCall(
        [JSON.stringify(session), 'eu-west-1', 'StartSession', '', JSON.stringify({ Target: target })],
        {},
      ),
    ).toEqual({ kind: 'start', start: { session, region: 'eu-west-1', target } });
  });

  it('is three arguments from an AWS CLI of long ago', () => {
    expect(readPluginCall([response, 'eu-west-1', 'StartSession'], {})).toEqual({
      kind: 'start',
      start: { session, region: 'eu-west-1' },
    });
  });
});

describe('what is no session', () => {
  it('no arguments and --version are questions', () => {
    expect(readPluginCall([], {})).toEqual({ kind: 'installed' });
    expect(readPluginCall(['--version'], {})).toEqual({ kind: 'version' });
  });

  const start = ['eu-west-1', 'StartSession', '', '{}', ''];
  const refusals: [string, string[], RegExp][] = [
    ['one word', ['version'], /--version/],
    ['two words', [response, 'eu-west-1'], /Unknown operation/],
    ['another operation', [response, 'eu-west-1', 'ResumeSession', '', '{}', ''], /Invalid Operation/],
    ['a response that is not JSON', ['{"TokenValue":"hunter2"', ...start], /not a JSON object/],
    ['a response that is a list', ['["hunter2"]', ...start], /not a JSON object/],
    ['a response without a token', ['{"SessionId":"hunter2","StreamUrl":"wss://x"}', ...start], /lacks/],
    ['a response with a number', ['{"SessionId":"a","TokenValue":1,"StreamUrl":"b"}', ...start], /lacks/],
    ['a variable that is not there', ['AWS_SSM_START_SESSION_RESPONSE', ...start], /not in the environment/],
    ['another variable', ['HOME', ...start], /not a JSON object/],
    [
      'parameters that are not JSON',
      [response, 'eu-west-1', 'StartSession', '', 'hunter2', ''],
      /parameters/,
    ],
  ];
  it.each(refusals)('%s is refused, without a word of what it was', (_name, args, message) => {
    const call = readPluginCall(args, { HOME: 'hunter2' });
    expect(call).toMatchObject({ kind: 'usage-error', message: expect.stringMatching(message) });
    expect(JSON.stringify(call)).not.toMatch(/hunter2|token-1/);
  });
});
