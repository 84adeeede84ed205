import type { GetDocumentResult } from '@aws-sdk/client-ssm';
import { type DocumentFacts, preferencesDocumentName } from '../shared/document-facts.ts';
import { AppError } from '../shared/errors.ts';
import { answerText } from './answer-members.ts';
import { readDocumentContent } from './document-content.ts';

export type SessionType = NonNullable<DocumentFacts['sessionType']>;

/** A session document as far as it decides how a session is opened (protocol notes, sections 5.1 and 9.2). */
export interface SessionDocument extends DocumentFacts {
  /**
   * NonInteractiveCommands: stdout and stderr come apart, and the exit code comes. A parameter's name: where it is given
   * `value`, which is true in the document's own spelling.
   */
  separatesOutput: boolean | { parameter: string; value: string };
}

/** GetDocument's outcome, before a session is started with the document. */
export type DocumentAnswer =
  | { kind: 'found'; document: GetDocumentResult }
  | { kind: 'failed'; error: AppError };

export interface DocumentQuestion {
  attempted: string;
  /** Absent: the service's default. */
  name?: string;
  /** The kinds of session that the caller can carry; any where absent. */
  sessionTypes?: readonly SessionType[];
}

export interface JudgedDocument {
  /** Absent where the document could not be looked at. */
  document?: SessionDocument;
  warning?: string;
}

/**
 * Whether to go on to StartSession, knowing the document or with a warning. Throws when the document is not there, is no
 * session document or starts another kind of session: the agent would otherwise only log that and the session would hang
 * until it times out (protocol notes, section 9.2).
 */
export function judgeDocument(answer: DocumentAnswer, question: DocumentQuestion): JudgedDocument {
  const name = question.name ?? preferencesDocumentName;
  if (answer.kind === 'found') {
    const document = toSessionDocument(answer.document, name, question.attempted);
    const { sessionType } = document;
    if (sessionType === undefined || question.sessionTypes?.includes(sessionType) !== false)
      return { document };
    throw wrongKind(question, name, sessionType);
  }
  const { error } = answer;
  if (error.data.code === 'document-denied') {
    return {
      warning: `The session document ${name} was not checked beforehand: the credentials do not allow ssm:GetDocument.`,
    };
  }
  // The service makes its default document on first use, so that it need not be there yet.
  if (error.data.code === 'document-not-found' && question.name === undefined) return {};
  throw error;
}

/** Throws `document-not-session` for a document of another type. */
export function toSessionDocument(
  { DocumentType: type, Content: content, DocumentVersion: version }: GetDocumentResult,
  name: string,
  attempted: string,
): SessionDocument {
  if (type === 'Session') {
    const known = answerText(version);
    return {
      name,
      ...(known === undefined ? {} : { version: known }),
      ...readDocumentContent(answerText(content) ?? ''),
    };
  }
  throw new AppError({
    code: 'document-not-session',
    attempted,
    message: `${name} is not a session document.`,
    hint: 'Name a document of the type Session.',
    retryable: false,
  });
}

/**
 * Whether the agent will ask for a handshake. Input to an agent that is about to encrypt must wait for it, and a session
 * without one must not wait (protocol notes, section 5.1 and 5.5 item 11).
 */
export function handshakeOf(document: SessionDocument | undefined): 'none' | 'expected' | 'unknown' {
  switch (document?.sessionType) {
    case undefined:
      return 'unknown';
    case 'Port':
    case 'NonInteractiveCommands':
      return 'expected';
    case 'Standard_Stream':
    case 'InteractiveCommands':
      return document.hasKmsKey ? 'expected' : 'none';
  }
}

function wrongKind(
  { attempted, sessionTypes }: DocumentQuestion,
  name: string,
  found: SessionType,
): AppError {
  return new AppError({
    code: 'document-not-session',
    attempted,
    message: `${name} starts sessions of the kind ${found}.`,
    hint: `Name a document of the kind ${sessionTypes?.join(' or ') ?? ''}.`,
    retryable: false,
  });
}
