import { expect, test } from 'vitest';
import { parseCommandLine, UsageError } from '../../src/lab/command-line.ts';

test('no arguments start a fast lab on a free port', () => {
  expect(parseCommandLine([], {})).toEqual({
    kind: 'run',
    json: false,
    options: { pace: 'fast', quirks: false, faults: [] },
  });
});

test('every option is taken', () => {
  const args = [
    '--port',
    '0',
    '--nodes',
    '12',
    '--regions',
    'eu-west-1,us-east-1',
    '--json',
    '--pace',
    'agent',
    '--quirks',
    '--agent-version',
    '3.1.0.0',
  ];
  const faults = ['--fault', '{"kind":"cut","every":9}', '--fault', '{"kind":"stall","ms":5}'];
  const keys = { NODEWHARF_LAB_ACCESS_KEY_ID: 'AKIA', NODEWHARF_LAB_SECRET_ACCESS_KEY: 'secret' };
  expect(parseCommandLine([...args, ...faults], keys)).toEqual({
    kind: 'run',
    json: true,
    options: {
      port: 0,
      nodes: 12,
      regions: ['eu-west-1', 'us-east-1'],
      pace: 'agent',
      quirks: true,
      agentVersion: '3.1.0.0',
      keys: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
      faults: [
        { session: '*', kind: 'cut', every: 9 },
        { session: '*', kind: 'stall', ms: 5 },
      ],
    },
  });
});

const refused: [string[], RegExp][] = [
  [['--port', '70000'], /--port is a whole number from 0 to 65535/],
  [['--port', 'eighty'], /--port is a whole number/],
  [['--nodes', '0'], /--nodes is a whole number/],
  [['--pace', 'slow'], /--pace is agent or fast/],
  [['--agent-version', '3.3'], /four numbers/],
  [['--fault', '{"kind":"explode"}'], /kind is one of/],
  [['--fault', 'cut'], /not JSON/],
  [['--colour'], /Unknown option '--colour'/],
  [['extra'], /Unexpected argument 'extra'/],
];
for (const [args, message] of refused) {
  test(`${args.join(' ')} is a usage error`, () => {
    expect(() => parseCommandLine(args, {})).toThrow(UsageError);
    expect(() => parseCommandLine(args, {})).toThrow(message);
  });
}

test('half a pair of keys is a usage error', () => {
  expect(() => parseCommandLine([], { NODEWHARF_LAB_ACCESS_KEY_ID: 'AKIA' })).toThrow(UsageError);
});
