import { labKeys } from './kms/lab-keys.ts';
import { labAccountId } from './lab-account.ts';

/**
 * The documents the lab knows: the service's built-in session documents (protocol notes, section 9.1), a few of
 * its own that show what a session document can do, and one that is not for sessions, to be refused.
 */
export interface LabDocument {
  name: string;
  owner: string;
  documentType: 'Session' | 'Command';
  createdAt: number;
  platformTypes: readonly ('Linux' | 'Windows' | 'MacOS')[];
  content: DocumentContent;
}

/** Schema 1.0 of a session document, the parts in use (protocol notes, section 9.2). */
export interface DocumentContent {
  schemaVersion: string;
  description: string;
  sessionType?: SessionType;
  inputs?: Readonly<Record<string, unknown>>;
  parameters?: Readonly<Record<string, DocumentParameter>>;
  properties?: Readonly<Record<string, unknown>>;
}

export type SessionType = 'Standard_Stream' | 'InteractiveCommands' | 'NonInteractiveCommands' | 'Port';

export interface DocumentParameter {
  type: 'String';
  description: string;
  default?: string;
  allowedPattern?: string;
}

/** StartSession without a document name opens this one. */
export const defaultDocumentName = 'SSM-SessionManagerRunShell';

const publishedAt = Date.UTC(2024, 0, 15);
const everywhere = ['Windows', 'Linux', 'MacOS'] as const;

const oneTo65535 =
  '([1-9]|[1-9][0-9]{1,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])';
const portPattern = `^${oneTo65535}$`;
const localPortPattern = `^${oneTo65535.replace('([1-9]|', '([0-9]|')}$`;
const hostPattern = '^[^,$^&\\(\\)!;\'"<>`{}\\[\\]\\|#=]{3,}$';

const portNumber = (fallback: string): DocumentParameter => ({
  type: 'String',
  description: '(Optional) Port number of the server on the instance',
  default: fallback,
  allowedPattern: portPattern,
});
const localPortNumber: DocumentParameter = {
  type: 'String',
  description:
    '(Optional) Port number on local machine to forward traffic to. An open port is chosen at run-time if not provided',
  default: '0',
  allowedPattern: localPortPattern,
};
const command = (description: string): Readonly<Record<string, DocumentParameter>> => ({
  command: { type: 'String', description },
});
const onEveryPlatform = (properties: object) => ({
  windows: properties,
  macos: properties,
  linux: properties,
});
const commandProperties = onEveryPlatform({ commands: '{{ command }}' });
const separatedCommandProperties = onEveryPlatform({ commands: '{{ command }}', separateOutputStream: true });

/** Optional parameters of AWS-StartNonInteractiveCommand, as recorded (protocol notes, section 15). */
const separation = {
  separateOutputStream: {
    type: 'String',
    description: '(Optional) Whether standard output and standard error come apart',
    default: 'False',
    allowedPattern: '^(True|False|true|false)$',
  },
  stdOutSeparatorPrefix: {
    type: 'String',
    description: '(Optional) Text in front of standard output',
    default: '',
  },
  stdErrSeparatorPrefix: {
    type: 'String',
    description: '(Optional) Text in front of standard error',
    default: '',
  },
} as const satisfies Readonly<Record<string, DocumentParameter>>;

const preferences = {
  s3BucketName: '',
  s3KeyPrefix: '',
  s3EncryptionEnabled: true,
  cloudWatchLogGroupName: '',
  cloudWatchEncryptionEnabled: true,
  cloudWatchStreamingEnabled: false,
  kmsKeyId: '',
  runAsEnabled: false,
  runAsDefaultUser: '',
  idleSessionTimeout: '20',
  maxSessionDuration: '',
  shellProfile: { windows: '', linux: '' },
};

function session(
  name: string,
  owner: string,
  sessionType: SessionType,
  description: string,
  rest: Omit<DocumentContent, 'schemaVersion' | 'description' | 'sessionType'>,
): LabDocument {
  return {
    name,
    owner,
    documentType: 'Session',
    createdAt: publishedAt,
    platformTypes: everywhere,
    content: { schemaVersion: '1.0', description, sessionType, ...rest },
  };
}

export const documents: readonly LabDocument[] = [
  session(
    defaultDocumentName,
    labAccountId,
    'Standard_Stream',
    'Document to hold regional settings for Session Manager',
    { inputs: preferences },
  ),
  session('AWS-StartSSHSession', 'Amazon', 'Port', 'Document to start an SSH session over Session Manager', {
    parameters: { portNumber: portNumber('22') },
    properties: { portNumber: '{{ portNumber }}' },
  }),
  session(
    'AWS-StartPortForwardingSession',
    'Amazon',
    'Port',
    'Document to start port forwarding session over Session Manager',
    {
      parameters: { portNumber: portNumber('80'), localPortNumber },
      properties: {
        portNumber: '{{ portNumber }}',
        type: 'LocalPortForwarding',
        localPortNumber: '{{ localPortNumber }}',
      },
    },
  ),
  session(
    'AWS-StartPortForwardingSessionToRemoteHost',
    'Amazon',
    'Port',
    'Document to start port forwarding session over Session Manager to remote host',
    {
      parameters: {
        portNumber: portNumber('80'),
        localPortNumber,
        host: {
          type: 'String',
          description: '(Optional) Hostname or IP address of the destination server',
          default: 'localhost',
          allowedPattern: hostPattern,
        },
      },
      properties: {
        portNumber: '{{ portNumber }}',
        type: 'LocalPortForwarding',
        localPortNumber: '{{ localPortNumber }}',
        host: '{{ host }}',
      },
    },
  ),
  session(
    'AWS-StartPortForwardingSessionToSocket',
    'Amazon',
    'Port',
    'Document to start port forwarding session over Session Manager to a local unix socket',
    {
      parameters: {
        portNumber: portNumber('80'),
        localUnixSocket: {
          type: 'String',
          description: '(Required) Unix socket on local machine to forward traffic to',
        },
      },
      properties: {
        portNumber: '{{ portNumber }}',
        type: 'LocalPortForwarding',
        localConnectionType: 'unix',
        localUnixSocket: '{{ localUnixSocket }}',
      },
    },
  ),
  session(
    'AWS-StartInteractiveCommand',
    'Amazon',
    'InteractiveCommands',
    'Document to run single interactive command on an instance',
    { parameters: command('(Required) The command to run on the instance'), properties: commandProperties },
  ),
  session(
    'AWS-StartNonInteractiveCommand',
    'Amazon',
    'NonInteractiveCommands',
    'Document to run single non-interactive command on an instance',
    {
      parameters: { ...command('(Required) The command to run on the instance'), ...separation },
      properties: onEveryPlatform({
        commands: '{{ command }}',
        separateOutputStream: '{{ separateOutputStream }}',
        stdOutSeparatorPrefix: '{{ stdOutSeparatorPrefix }}',
        stdErrSeparatorPrefix: '{{ stdErrSeparatorPrefix }}',
      }),
    },
  ),
  session(
    'AWS-PasswordReset',
    'Amazon',
    'InteractiveCommands',
    'Document to reset password of a user on an instance',
    {
      parameters: {
        username: {
          type: 'String',
          description: '(Required) The user whose password is reset',
          allowedPattern: '^[a-zA-Z0-9_.][a-zA-Z0-9_.-]{0,31}$',
        },
      },
      properties: {
        windows: { commands: 'net user {{ username }} *' },
        macos: { commands: 'sudo passwd {{ username }}' },
        linux: { commands: 'sudo passwd {{ username }}' },
      },
    },
  ),
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
  {
    name: 'AWS-RunShellScript',
    owner: 'Amazon',
    documentType: 'Command',
    createdAt: publishedAt,
    platformTypes: ['Linux', 'MacOS'],
    content: {
      schemaVersion: '1.2',
      description: 'Run a shell script or specify the commands to run.',
    },
  },
];

/** A document by its name; the full ARN form names it too. */
export function findDocument(name: string): LabDocument | undefined {
  const bare = name.startsWith('arn:') ? name.slice(name.lastIndexOf('/') + 1) : name;
  return documents.find((document) => document.name === bare);
}
