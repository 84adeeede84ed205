import { createHash } from 'node:crypto';
import type { LabDocument } from '../../document-model.ts';
import { labRegion } from '../../lab-account.ts';
import { callerArn } from '../../session-record.ts';
import { ApiError, validationError } from '../api-error.ts';
import { type ApiContext, epochSeconds, type Operation } from '../context.ts';
import { listOfMembers, listOfText, optionalInteger, optionalText, requiredText } from '../members.ts';
import { pageOf } from '../paging.ts';
import { toYaml } from '../yaml.ts';

/** A document name, or the ARN of a shared document. */
const namePattern = /^[a-zA-Z0-9_\-.:/]{3,128}$/;
const versionPattern = /^(\$LATEST|\$DEFAULT|[1-9][0-9]*)$/;

export const getDocument: Operation = (members, context) => {
  const document = requiredDocument('GetDocument', members, context);
  const format = optionalText(members, 'DocumentFormat') ?? 'JSON';
  if (!['JSON', 'YAML', 'TEXT'].includes(format))
    throw validationError('documentFormat', format, 'Member must satisfy enum value set: [YAML, TEXT, JSON]');
  if (format === 'TEXT') {
    throw new ApiError('InvalidDocument', `Document ${document.name} cannot be had in format TEXT.`);
  }
  return {
    Name: document.name,
    CreatedDate: epochSeconds(document.createdAt),
    DocumentVersion: '1',
    Status: 'Active',
    Content: format === 'YAML' ? toYaml(document.content) : contentText(document),
    DocumentType: document.documentType,
    DocumentFormat: format,
  };
};

export const describeDocument: Operation = (members, context) => {
  const document = requiredDocument('DescribeDocument', members, context);
  return {
    Document: {
      ...identify(document),
      Hash: createHash('sha256').update(contentText(document)).digest('hex'),
      HashType: 'Sha256',
      Status: 'Active',
      Description: document.content.description,
      Parameters: Object.entries(document.content.parameters ?? {}).map(([name, parameter]) => ({
        Name: name,
        Type: parameter.type,
        Description: parameter.description,
        ...(parameter.default === undefined ? {} : { DefaultValue: parameter.default }),
      })),
      LatestVersion: '1',
      DefaultVersion: '1',
    },
  };
};

type Test = (document: LabDocument) => boolean;

/** Keys of `Filters`; `tag:` keys match nothing, since the documents carry no tags. */
const filters: Readonly<Record<string, (values: readonly string[]) => Test>> = {
  Name: (values) => (document) => values.some((value) => document.name.startsWith(value)),
  Owner: (values) => (document) =>
    values.some((value) => {
      switch (value) {
        case 'All':
          return true;
        case 'Amazon':
          return document.owner === 'Amazon';
        case 'Self':
          return document.sharing === 'own';
        // What other accounts share with this one alone.
        case 'Private':
          return document.sharing === 'shared';
        case 'Public':
          return document.sharing === 'public';
        case 'ThirdParty':
          return document.sharing === 'public' && document.owner !== 'Amazon';
        default:
          return false;
      }
    }),
  PlatformTypes: (values) => (document) =>
    document.platformTypes.some((platform) => values.includes(platform)),
  DocumentType: (values) => (document) => values.includes(document.documentType),
  SearchKeyword: (values) => (document) =>
    values.some((value) => document.name.toLowerCase().includes(value.toLowerCase())),
  TargetType: () => () => false,
};

export const listDocuments: Operation = (members, context) => {
  const size = optionalInteger(members, 'MaxResults', 1, 50) ?? 50;
  const token = optionalText(members, 'NextToken');
  const given = listOfMembers(members, 'Filters');
  if (given.filter(({ Key: key }) => key === 'Owner').length > 1)
    throw new ApiError('InvalidFilterKey', 'Only one Owner can be specified.');
  const tests = [
    ...given.map((filter) =>
      documentTest(requiredText(filter, 'Key', { min: 1, max: 128 }), listOfText(filter, 'Values')),
    ),
    // The older form of the same filters, with single values and small letters.
    ...listOfMembers(members, 'DocumentFilterList').map((filter) =>
      documentTest(requiredText(filter, 'key'), [requiredText(filter, 'value', { min: 1 })]),
    ),
  ];
  const matching = context.documents.list().filter((document) => tests.every((test) => test(document)));
  const page = pageOf('ListDocuments', matching, size, token);
  return {
    DocumentIdentifiers: page.items.map(identify),
    ...(page.nextToken ? { NextToken: page.nextToken } : {}),
  };
};

function documentTest(key: string, values: readonly string[]): Test {
  if (key.startsWith('tag:')) return () => false;
  const makeTest = Object.hasOwn(filters, key) ? filters[key] : undefined;
  if (!makeTest) throw new ApiError('InvalidFilterKey', `The specified filter key ${key} is not valid.`);
  return makeTest(values);
}

function requiredDocument(
  operation: string,
  members: Readonly<Record<string, unknown>>,
  { documents }: ApiContext,
): LabDocument {
  const name = requiredText(members, 'Name', { pattern: namePattern });
  const version = optionalText(members, 'DocumentVersion', { pattern: versionPattern });
  const document = documents.find(name);
  if (!document) throw new ApiError('InvalidDocument', `Document with name ${name} does not exist.`);
  if (version !== undefined && !version.startsWith('$') && version !== '1') {
    throw new ApiError('InvalidDocumentVersion', `Document ${name} has no version ${version}.`);
  }
  if (!document.isReadable) {
    const resource = `arn:aws:ssm:${labRegion}:${document.owner}:document/${document.name}`;
    throw new ApiError(
      'AccessDeniedException',
      `User: ${callerArn} is not authorized to perform: ssm:${operation} on resource: ${resource} because no identity-based policy allows the ssm:${operation} action`,
    );
  }
  return document;
}

function identify(document: LabDocument): object {
  return {
    Name: document.name,
    CreatedDate: epochSeconds(document.createdAt),
    Owner: document.owner,
    PlatformTypes: document.platformTypes,
    DocumentVersion: '1',
    DocumentType: document.documentType,
    SchemaVersion: document.content.schemaVersion,
    DocumentFormat: 'JSON',
    Tags: [],
  };
}

function contentText(document: LabDocument): string {
  return JSON.stringify(document.content, null, 2);
}
