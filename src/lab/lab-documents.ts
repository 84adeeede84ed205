import {
  command,
  type DocumentParameter,
  type LabDocument,
  onEveryPlatform,
  preferences,
  session,
} from './document-model.ts';
import { labKeys } from './kms/lab-keys.ts';
import { labAccountId, labRegion } from './lab-account.ts';

const separatedCommandProperties = onEveryPlatform({ commands: '{{ command }}', separateOutputStream: true });

/** One of each that the schema has, to draw a form from and to check values against. */
const everyRule: Readonly<Record<string, DocumentParameter>> = {
  service: {
    type: 'String',
    description: '(Required) Which service to look at',
    allowedValues: ['web', 'queue', 'database'],
  },
  ticket: {
    type: 'String',
    description: '(Required) The ticket that this is for, such as INC-2231',
    allowedPattern: '^[A-Z]{2,5}-[0-9]{1,6}$',
    minChars: 5,
    maxChars: 12,
  },
  lines: {
    type: 'Integer',
    description: '(Optional) How many lines of the log to begin with',
    default: '20',
    allowedPattern: '^[1-9][0-9]{0,3}$',
  },
  follow: { type: 'Boolean', description: '(Optional) Whether to go on as the log grows', default: 'false' },
};

function ofOtherAccount(sharing: 'shared' | 'public', account: string, name: string, description: string) {
  return {
    ...session(
      `arn:aws:ssm:${labRegion}:${account}:document/${name}`,
      account,
      'Standard_Stream',
      description,
      { inputs: preferences },
    ),
    sharing,
  };
}

/** Documents of the lab's own: what a session document can do, and what can be wrong with one. */
export const labDocuments: readonly LabDocument[] = [
  session(
    'Lab-ShellWithProfile',
    labAccountId,
    'Standard_Stream',
    'A shell in which two lines are typed at the start',
    {
      inputs: {
        ...preferences,
        shellProfile: { windows: '', linux: "NODEWHARF_LAB=profile\nPS1='lab-profile$ '" },
      },
    },
  ),
  session('Lab-ShortShell', labAccountId, 'Standard_Stream', 'A shell that the service ends soon', {
    inputs: { ...preferences, idleSessionTimeout: '1', maxSessionDuration: '5' },
  }),
  session('Lab-EncryptedShell', labAccountId, 'Standard_Stream', 'A shell encrypted with a key of the lab', {
    inputs: { ...preferences, kmsKeyId: labKeys.session.arn },
  }),
  session('Lab-KeyDenied', labAccountId, 'Standard_Stream', 'A shell whose key the caller may not use', {
    inputs: { ...preferences, kmsKeyId: labKeys.denied.arn },
  }),
  session(
    'Lab-EncryptedCommand',
    labAccountId,
    'NonInteractiveCommands',
    'A command with its outputs apart, encrypted with a key of the lab',
    {
      inputs: { ...preferences, kmsKeyId: `alias/${labKeys.session.alias}` },
      parameters: command('(Required) The command to run on the instance'),
      properties: separatedCommandProperties,
    },
  ),
  session(
    'Lab-SeparateCommand',
    labAccountId,
    'NonInteractiveCommands',
    'A command with its outputs apart and its exit code',
    {
      parameters: command('(Required) The command to run on the instance'),
      properties: separatedCommandProperties,
    },
  ),
  session(
    'Lab-FollowLog',
    labAccountId,
    'InteractiveCommands',
    'Looks at the log of a service, with a parameter for every rule of the schema',
    {
      parameters: everyRule,
      properties: onEveryPlatform({
        commands:
          'echo service={{ service }} ticket={{ ticket }} lines={{ lines }} follow={{ follow }}; exec sh',
      }),
    },
  ),
  session('Lab-AuditedShell', labAccountId, 'Standard_Stream', 'A shell that runs as ops and is logged', {
    inputs: {
      ...preferences,
      s3BucketName: 'acme-session-logs',
      s3KeyPrefix: 'production',
      cloudWatchLogGroupName: '/ssm/production',
      cloudWatchStreamingEnabled: true,
      kmsKeyId: labKeys.session.arn,
      runAsEnabled: true,
      runAsDefaultUser: 'ops',
      idleSessionTimeout: '15',
      maxSessionDuration: '720',
      shellProfile: { windows: '', linux: 'cd /tmp' },
    },
  }),
  {
    ...session('Lab-Unreadable', labAccountId, 'Standard_Stream', 'A shell whose document may not be read', {
      inputs: preferences,
    }),
    isReadable: false,
  },
  ofOtherAccount('shared', '444455556666', 'Platform-Shell', 'The shell of the platform team'),
  ofOtherAccount('public', '777788889999', 'Acme-DebugShell', 'A shell that its maker shares with everybody'),
];

/** Plain shells in any number, for lists of several pages. */
export function numberedDocuments(count: number): LabDocument[] {
  return Array.from({ length: count }, (_none, at) =>
    session(
      `Team-Shell-${String(at + 1).padStart(3, '0')}`,
      labAccountId,
      'Standard_Stream',
      `Shell of team ${at + 1}`,
      { inputs: preferences },
    ),
  );
}
