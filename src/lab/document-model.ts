/** A document as the service keeps it. */
export interface LabDocument {
  /** Of a document that another account shares, its ARN. */
  name: string;
  /** An account's number, or `Amazon`. */
  owner: string;
  /** Whose it is to the lab's caller; see the `Owner` filter of ListDocuments. */
  sharing: 'own' | 'shared' | 'public';
  /** False: GetDocument is denied, while StartSession is not. */
  isReadable: boolean;
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
  type: 'String' | 'Boolean' | 'Integer';
  description: string;
  default?: string;
  allowedPattern?: string;
  allowedValues?: readonly string[];
  minChars?: number;
  maxChars?: number;
}

export const publishedAt = Date.UTC(2024, 0, 15);
const everywhere = ['Windows', 'Linux', 'MacOS'] as const;

/** The account's session preferences as the console writes them at first. */
export const preferences = {
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

/** A document for sessions of one kind, on every platform. */
export function session(
  name: string,
  owner: string,
  sessionType: SessionType,
  description: string,
  rest: Omit<DocumentContent, 'schemaVersion' | 'description' | 'sessionType'>,
): LabDocument {
  return {
    name,
    owner,
    sharing: owner === 'Amazon' ? 'public' : 'own',
    isReadable: true,
    documentType: 'Session',
    createdAt: publishedAt,
    platformTypes: everywhere,
    content: { schemaVersion: '1.0', description, sessionType, ...rest },
  };
}

/** The one parameter of a document that runs a command. */
export const command = (description: string): Readonly<Record<string, DocumentParameter>> => ({
  command: { type: 'String', description },
});

export const onEveryPlatform = (properties: object) => ({
  windows: properties,
  macos: properties,
  linux: properties,
});
