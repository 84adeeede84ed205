import type { DocumentIdentifier } from '@aws-sdk/client-ssm';
import type { DocumentScope, ListedDocument } from '../shared/document-facts.ts';
import { answerText } from './answer-members.ts';

/** The largest page that ListDocuments gives. */
export const documentsPerPage = 50;

/** The `Owner` filter of ListDocuments; one call takes one of them. `Private` is what others share with this account alone. */
export const ownerOf: Readonly<Record<DocumentScope, string>> = {
  own: 'Self',
  shared: 'Private',
  amazon: 'Amazon',
  public: 'Public',
};

/** Undefined where there is no name to start with. */
export function toListedDocument(identifier: DocumentIdentifier, region: string): ListedDocument | undefined {
  const name = answerText(identifier.Name);
  if (name === undefined) return undefined;
  const owner = answerText(identifier.Owner) ?? '';
  const arn = arnOf(name, owner, region);
  return {
    name,
    owner,
    version: answerText(identifier.DocumentVersion) ?? '',
    ...(arn === undefined ? {} : { arn }),
  };
}

/** The list names documents of others by their ARN already; Amazon's belong to no account. */
function arnOf(name: string, owner: string, region: string): string | undefined {
  if (name.startsWith('arn:')) return name;
  const account = owner === 'Amazon' ? '' : owner;
  if (account !== '' && !/^\d{12}$/.test(account)) return undefined;
  return `arn:${partitionOf(region)}:ssm:${region}:${account}:document/${name}`;
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return 'aws';
}
