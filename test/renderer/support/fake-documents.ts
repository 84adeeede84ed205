import { readDocumentContent } from '../../../src/aws/document-content.ts';
import type { LabDocument } from '../../../src/lab/document-model.ts';
import { documents, findDocument } from '../../../src/lab/documents.ts';
import type { Door, Reply } from '../../../src/shared/door.ts';
import type { AppErrorData } from '../../../src/shared/errors.ts';

const ok = <T>(value: T): Promise<Reply<T>> => Promise.resolve({ ok: true, value });

const isIn: Record<string, (document: LabDocument) => boolean> = {
  own: ({ sharing }) => sharing === 'own',
  shared: ({ sharing }) => sharing === 'shared',
  amazon: ({ owner }) => owner === 'Amazon',
  public: ({ sharing }) => sharing === 'public',
};

/** The documents of the lab, without one. */
export function fakeDocuments(): Pick<Door, 'listDocuments' | 'readDocument' | 'recentReasons'> {
  return {
    listDocuments: ({ scope }) =>
      ok({
        documents: documents
          .filter((document) => document.documentType === 'Session' && isIn[scope]?.(document))
          .map(({ name, owner }) => ({
            name,
            owner,
            version: '1',
            arn: name.startsWith('arn:')
              ? name
              : `arn:aws:ssm:eu-west-1:${owner === 'Amazon' ? '' : owner}:document/${name}`,
          })),
      }),
    readDocument: ({ documentName }) => {
      const found = findDocument(documentName);
      if (found === undefined)
        return refused(
          'document-not-found',
          `The session document ${documentName} does not exist or cannot be used here.`,
          'Check its name and that it is in eu-west-1 or shared with this account.',
        );
      if (found.documentType !== 'Session')
        return refused(
          'document-not-session',
          `${documentName} is not a session document.`,
          'Name a document of the type Session.',
        );
      if (!found.isReadable)
        return refused(
          'document-denied',
          `The credentials do not allow ssm:GetDocument on arn:aws:ssm:eu-west-1:${found.owner}:document/${documentName}.`,
          'Ask for a policy that allows ssm:GetDocument.',
        );
      return ok({ name: documentName, version: '1', ...factsOf(found) });
    },
    recentReasons: () => ok(['INC-2231, disk full on the shared volume', 'CHG-118, certificate renewal']),
  };
}

function factsOf(document: LabDocument) {
  const { separatesOutput: _ours, ...facts } = readDocumentContent(JSON.stringify(document.content));
  return facts;
}

function refused(code: AppErrorData['code'], message: string, hint: string): Promise<Reply<never>> {
  return Promise.resolve({
    ok: false,
    error: { code, attempted: 'Read a session document', message, hint, retryable: false },
  });
}
