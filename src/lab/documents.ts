import {
  command,
  type DocumentParameter,
  type LabDocument,
  onEveryPlatform,
  preferences,
  publishedAt,
  session,
} from './document-model.ts';
import { labAccountId } from './lab-account.ts';
import { labDocuments, numberedDocuments } from './lab-documents.ts';

/** StartSession without a document name opens this one. */
export const defaultDocumentName = 'SSM-SessionManagerRunShell';

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

const commandProperties = onEveryPlatform({ commands: '{{ command }}' });

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

/**
 * The service's built-in session documents (protocol notes, section 9.1), the lab's own, and one that is not for sessions, to
 * be refused.
 */
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
  ...labDocuments,
  {
    name: 'AWS-RunShellScript',
    owner: 'Amazon',
    sharing: 'public',
    isReadable: true,
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
export function findDocument(name: string, among = documents): LabDocument | undefined {
  const exact = among.find((document) => document.name === name);
  if (exact !== undefined || !name.startsWith('arn:')) return exact;
  const bare = name.slice(name.lastIndexOf('/') + 1);
  return among.find((document) => document.name === bare);
}

/** What one lab has: all documents, of which the account's session preferences can be changed. */
export class LabDocuments {
  #all: readonly LabDocument[];

  /** @param extra how many plain shells more */
  constructor(extra = 0) {
    this.#all = [...documents, ...numberedDocuments(extra)];
  }

  list(): readonly LabDocument[] {
    return this.#all;
  }

  find(name: string): LabDocument | undefined {
    return findDocument(name, this.#all);
  }

  /** Changes these members of the account's preferences, or, without any, takes the document away. */
  setPreferences(inputs: Readonly<Record<string, unknown>> | undefined): void {
    const others = this.#all.filter(({ name }) => name !== defaultDocumentName);
    const known = this.find(defaultDocumentName) ?? findDocument(defaultDocumentName);
    if (inputs === undefined || known === undefined) this.#all = others;
    else {
      const content = { ...known.content, inputs: { ...known.content.inputs, ...inputs } };
      this.#all = [{ ...known, content }, ...others];
    }
  }
}
