import { GetDocumentCommand, type GetDocumentResult, ListDocumentsCommand } from '@aws-sdk/client-ssm';
import {
  type DocumentPage,
  type DocumentScope,
  preferencesDocumentName,
} from '../../shared/document-facts.ts';
import { AppError } from '../../shared/errors.ts';
import { answerList, answerText } from '../answer-members.ts';
import { documentsPerPage, ownerOf, toListedDocument } from '../listed-document.ts';
import { type DocumentAnswer, type SessionDocument, toSessionDocument } from '../session-document.ts';
import type { SsmCaller } from './ssm-caller.ts';

export async function listDocuments(
  caller: SsmCaller,
  scope: DocumentScope,
  next: string | undefined,
): Promise<DocumentPage> {
  const answer = await caller.send(
    caller.contextOf('List the session documents', 'ListDocuments'),
    new ListDocumentsCommand({
      Filters: [
        { Key: 'DocumentType', Values: ['Session'] },
        { Key: 'Owner', Values: [ownerOf[scope]] },
      ],
      MaxResults: documentsPerPage,
      ...(next !== undefined && { NextToken: next }),
    }),
  );
  const following = answerText(answer.NextToken);
  return {
    documents: answerList(answer.DocumentIdentifiers).flatMap(
      (identifier) => toListedDocument(identifier, caller.options.region) ?? [],
    ),
    ...(following !== undefined && { next: following }),
  };
}

export async function readDocument(caller: SsmCaller, name: string): Promise<SessionDocument> {
  const attempted = `Read the session document ${name}`;
  return toSessionDocument(await getDocument(caller, attempted, name), name, attempted);
}

/** What is there to judge before a session starts; the account's default where no name is given. */
export async function askForDocument(
  caller: SsmCaller,
  attempted: string,
  name: string | undefined,
): Promise<DocumentAnswer> {
  try {
    return { kind: 'found', document: await getDocument(caller, attempted, name ?? preferencesDocumentName) };
  } catch (error) {
    if (error instanceof AppError) return { kind: 'failed', error };
    throw error;
  }
}

const getDocument = (caller: SsmCaller, attempted: string, name: string): Promise<GetDocumentResult> =>
  caller.send(caller.contextOf(attempted, 'GetDocument', name), new GetDocumentCommand({ Name: name }));
