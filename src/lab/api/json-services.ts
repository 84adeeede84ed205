import { ecs } from '../ecs/ecs-service.ts';
import type { Operation } from './context.ts';
import { getAccessToken, startAccessRequest } from './operations/access-requests.ts';
import { decrypt, generateDataKey } from './operations/data-keys.ts';
import { describeInstanceInformation } from './operations/describe-instance-information.ts';
import { describeSessions } from './operations/describe-sessions.ts';
import { describeDocument, getDocument, listDocuments } from './operations/documents.ts';
import { getConnectionStatus } from './operations/get-connection-status.ts';
import { getResources } from './operations/get-resources.ts';
import { resumeSession } from './operations/resume-session.ts';
import { startSession } from './operations/start-session.ts';
import { terminateSession } from './operations/terminate-session.ts';

/** A service of the endpoint in the AWS JSON 1.1 protocol: which calls are its own, and for which name they are signed. */
export interface JsonService {
  /** What `X-Amz-Target` begins with, the dot included. */
  targetPrefix: string;
  signingName: string;
  /** By the name of the call. */
  operations: Readonly<Record<string, Operation>>;
}

/** Systems Manager (protocol notes, section 1.1). */
const ssm: JsonService = {
  targetPrefix: 'AmazonSSM.',
  signingName: 'ssm',
  operations: {
    StartSession: startSession,
    ResumeSession: resumeSession,
    TerminateSession: terminateSession,
    DescribeSessions: describeSessions,
    DescribeInstanceInformation: describeInstanceInformation,
    GetConnectionStatus: getConnectionStatus,
    GetDocument: getDocument,
    DescribeDocument: describeDocument,
    ListDocuments: listDocuments,
    StartAccessRequest: startAccessRequest,
    GetAccessToken: getAccessToken,
  },
};

/** The key service of encrypted sessions (protocol notes, section 5.5). */
const kms: JsonService = {
  targetPrefix: 'TrentService.',
  signingName: 'kms',
  operations: { GenerateDataKey: generateDataKey, Decrypt: decrypt },
};

/** Tags of resources of all kinds. */
const tagging: JsonService = {
  targetPrefix: 'ResourceGroupsTaggingAPI_20170126.',
  signingName: 'tagging',
  operations: { GetResources: getResources },
};

export const jsonServices: readonly JsonService[] = [ssm, kms, ecs, tagging];
