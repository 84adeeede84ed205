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

  it('takes a query instead of a target', () => {
    const queryOf = (...args: string[]): unknown => {
      const command = parseCommandLine(['connect', ...args]);
      return command.kind === 'connect' ? [command.request.target, command.request.targetQuery] : command;
    };
    expect(queryOf('--tag', 'Role=web', '--tag', 'Owner=a=b')).toEqual([
      '',
      {
        kind: 'tags',
        tags: [
          { key: 'Role', value: 'web' },
          { key: 'Owner', value: 'a=b' },
        ],
      },
    ]);
    expect(queryOf('--ecs-service', 'shop/checkout/app')).toEqual([
      '',
      { kind: 'ecs-service', cluster: 'shop', service: 'checkout', container: 'app' },
    ]);
  });

  it('answers --help and --version before anything else', () => {
    expect(parseCommandLine(['connect', '--help'])).toEqual({ kind: 'help' });
    expect(parseCommandLine(['-h', 'nonsense'])).toEqual({ kind: 'help' });
    expect(parseCommandLine(['--version'])).toEqual({ kind: 'version' });
  });

  const refusals: [string[], RegExp][] = [
    [[], /command is missing/],
    [['shell', 'i-1'], /the commands are/],
    [['toString', 'i-1'], /the commands are/],
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
    [['connect', 'i-1', '--local-port', '1'], /connect does not take --local-port/],
    [['connect', 'i-1', '--', 'ls'], /anything after --/],
    [['connect', 'i-1', '--kms-endpoint-url', 'x'], /http: or https:/],
    [['exec', 'i-1'], /needs a command after --/],
    [['exec', 'i-1', '--'], /needs a command after --/],
    [['exec', 'i-1', 'ls'], /comes after --/],
    [['forward', 'i-1'], /needs --remote-port/],
    [['forward', 'i-1', 'i-2', '--remote-port', '80'], /one target/],
    [['forward', 'i-1', '--remote-port', '0'], /1 to 65535/],
    [['forward', 'i-1', '--remote-port', '65536'], /1 to 65535/],
    [['forward', 'i-1', '--remote-port', '80', '--local-port', 'http'], /0 to 65535/],
    [['forward', 'i-1', '--remote-port', '80', '--remote-host', 'a'], /at least 3/],
    [['forward', 'i-1', '--remote-port', '80', '--bind', '0.0.0.0'], /--expose/],
    [['forward', 'i-1', '--remote-port', '80', '--bind', 'everywhere'], /address of this computer/],
    [['forward', 'i-1', '--remote-port', '80', '--local-socket', ''], /needs a path/],
    [['forward', 'i-1', '--remote-port', '80', '--local-socket', '/x', '--bind', '::1'], /goes without/],
    [['connect', 'i-1', '--tag', 'Role=web'], /a target or a query, not both/],
    [['connect', '--tag', 'Role'], /key=value/],
    [['connect', '--tag', 'Role='], /key=value/],
    [['connect', '--tag', 'Role=web', '--tag', 'Role=db'], /each key is given once/],
    [['connect', '--tag', 'Role=web', '--name', 'web-1'], /--tag and --name/],
    [['connect', '--name', ''], /1 to 256/],
    [['exec', '--ecs-service', 'shop', '--', 'ls'], /cluster\/service/],
    [['exec', '--ecs-service', 'a/b/c/d', '--', 'ls'], /cluster\/service/],
    [['ssh-proxy', '--tag', 'Role=web'], /does not take --tag/],
    [['ssh-proxy', 'i-1', 'ssh'], /1 to 65535/],
    [['ssh-proxy', 'i-1', '22', '23'], /a target and a port/],
  ];
  it.each(refusals)('refuses %j', (args, message) => {
    expect(messageOf(...args)).toMatch(message);
  });

  it('gives exec the words of its command as one text that splits into them again', () => {
    expect(parseCommandLine(['exec', 'i-1', '--', 'printf', '%s\n', "it's", '--help'])).toEqual({
      kind: 'exec',
      request: { target: 'i-1', documentName: 'AWS-StartNonInteractiveCommand' },
      command: `printf '%s\n' 'it'\\''s' --help`,
    });
    expect(parseCommandLine(['exec', 'i-1', '--shell', '--', "date; echo it's | wc"])).toMatchObject({
      command: "sh -c 'date; echo it'\\''s | wc'",
    });
    expect(parseCommandLine(['exec', 'i-1', '--', 'sh -c "date; uptime"'])).toMatchObject({
      command: 'sh -c "date; uptime"',
    });
  });

  it('gives forward its two ends: the node or a host behind it, a port or a socket here', () => {
    expect(parseCommandLine(['forward', 'i-1', '--remote-port', '80'])).toEqual({
      kind: 'forward',
      request: {
        target: 'i-1',
        documentName: 'AWS-StartPortForwardingSession',
        parameters: { portNumber: ['80'] },
      },
      local: { kind: 'tcp', host: '127.0.0.1', port: 0 },
    });
    expect(
      parseCommandLine(
        'forward i-1 --remote-port 5432 --remote-host db.internal --local-port 15432 --bind ::1'.split(' '),
      ),
    ).toMatchObject({
      request: {
        documentName: 'AWS-StartPortForwardingSessionToRemoteHost',
        parameters: { portNumber: ['5432'], host: ['db.internal'] },
      },
      local: { kind: 'tcp', host: '::1', port: 15432 },
    });
    expect(
      parseCommandLine(['forward', 'i-1', '--remote-port', '80', '--bind', '0.0.0.0', '--expose']),
    ).toMatchObject({ local: { host: '0.0.0.0' } });
    expect(
      parseCommandLine(['forward', 'i-1', '--remote-port', '80', '--local-socket', '/run/x.sock']),
    ).toMatchObject({ local: { kind: 'unix', path: '/run/x.sock' } });
  });

  it('takes ssh-proxy for the SSH document, on port 22 unless told otherwise', () => {
    expect(parseCommandLine(['ssh-proxy', 'i-1'])).toEqual({
      kind: 'connect',
      request: { target: 'i-1', documentName: 'AWS-StartSSHSession', parameters: { portNumber: ['22'] } },
    });
    expect(parseCommandLine(['ssh-proxy', 'i-1', '2222'])).toMatchObject({
      request: { parameters: { portNumber: ['2222'] } },
    });
  });

  it('does not repeat the value of a parameter, which may be a secret', () => {
    expect(messageOf('connect', 'i-1', '--parameters', '{"password":hunter2}')).not.toContain('hunter2');
  });
});
