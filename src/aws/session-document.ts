import type { GetDocumentResult } from '@aws-sdk/client-ssm';
import { AppError } from '../shared/errors.ts';

/** What StartSession uses when no document is named (protocol notes, section 9.1). */
export const defaultDocumentName = 'SSM-SessionManagerRunShell';

/** GetDocument's outcome, before a session is started with the document. */
export type DocumentAnswer =
  | { kind: 'found'; document: GetDocumentResult }
  | { kind: 'failed'; error: AppError };

/**
 * Whether to go on to StartSession: with nothing to say, or with a warning. Throws when the document is not there or is no
 * session document, because the agent would otherwise only log that and the session would hang until it times out
 * (protocol notes, section 9.2).
 */
export function judgeDocument(
  answer: DocumentAnswer,
  name: string | undefined,
  attempted: string,
): { warning?: string } {
  if (answer.kind === 'found') {
    if (answer.document.DocumentType === 'Session') return {};
    throw new AppError({
      code: 'document-not-session',
      attempted,
      message: `${name ?? defaultDocumentName} is not a session document.`,
      hint: 'Name a document of the type Session.',
      retryable: false,
    });
  }
  const { error } = answer;
  if (error.data.code === 'access-denied' && error.data.aws?.name.startsWith('AccessDenied')) {
    return {
      warning: `The session document ${name ?? defaultDocumentName} was not checked beforehand: the credentials do not allow ssm:GetDocument.`,
    };
  }
  // The service makes its default document on first use, so that it need not be there yet.
  if (error.data.code === 'document-not-found' && name === undefined) return {};
  throw error;
}
