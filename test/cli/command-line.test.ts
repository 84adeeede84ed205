import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../src/cli/command-line.ts';

const messageOf = (...args: string[]): string => {
  const command = parseCommandLine(args);
  return command.kind === 'usage-error' ? command.message : `not refused: ${command.kind}`;
};

describe('the command line', () => {
  it('gives a request with all that was said, and nothing that was not', () => {
    expect(parseCommandLine(['connect', 'i-1'])).toEqual({ kind: 'connect', request: { target: 'i-1' } });
    expect(
      parseCommandLine([
        '--region=eu-central-1',
        'connect',
        '--endpoint-url',
        'http://127.0.0.1:8080',
        'mi-2',
        '--document-name',
        'AWS-StartInteractiveCommand',
        '--parameters',
        '{"command":["top"],"user":"me"}',
        '--reason',
        'change 4711',
        '--profile',
        'work',
      ]),
    ).toEqual({
      kind: 'connect',
      request: {
        target: 'mi-2',
        endpoint: 'http://127.0.0.1:8080',
        region: 'eu-central-1',
        documentName: 'AWS-StartInteractiveCommand',
        parameters: { command: ['top'], user: ['me'] },
        reason: 'change 4711',
        profileName: 'work',
      },
    });
  });

  it('answers --help and --version before anything else', () => {
    expect(parseCommandLine(['connect', '--help'])).toEqual({ kind: 'help' });
    expect(parseCommandLine(['-h', 'nonsense'])).toEqual({ kind: 'help' });
    expect(parseCommandLine(['--version'])).toEqual({ kind: 'version' });
  });

  const refusals: [string[], RegExp][] = [
    [[], /command is missing/],
    [['shell', 'i-1'], /only command/],
    [['connect'], /needs a target/],
    [['connect', ''], /1 to 400/],
    [['connect', 'i-1', 'i-2'], /one target/],
    [['connect', 'i-1', '--nonsense'], /--nonsense/],
    [['connect', 'i-1', '--region'], /--region/],
    [['connect', 'i-1', '--region', 'Frankfurt'], /such as eu-central-1/],
    [['connect', 'i-1', '--endpoint-url', 'ftp://x'], /http: or https:/],
    [['connect', 'i-1', '--document-name', 'no spaces'], /3 to 128/],
    [['connect', 'i-1', '--reason', ''], /1 to 256/],
    [['connect', 'i-1', '--profile', ''], /needs a name/],
    [['connect', 'i-1', '--parameters', '{'], /JSON object/],
    [['connect', 'i-1', '--parameters', '["a"]'], /JSON object/],
    [['connect', 'i-1', '--parameters', '{"a":1}'], /JSON object/],
    [['connect', 'i-1', '--parameters', '{"a":[1]}'], /JSON object/],
    [['connect', 'i-1', '--parameters', '{"a":[]}'], /JSON object/],
  ];
  it.each(refusals)('refuses %j', (args, message) => {
    expect(messageOf(...args)).toMatch(message);
  });

  it('does not repeat the value of a parameter, which may be a secret', () => {
    expect(messageOf('connect', 'i-1', '--parameters', '{"password":hunter2}')).not.toContain('hunter2');
  });
});
