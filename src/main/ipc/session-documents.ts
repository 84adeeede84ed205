import type { ControlPlane } from '../../aws/control-plane.ts';
import type { DocumentFacts, DocumentPage, DocumentScope } from '../../shared/document-facts.ts';
import type { Profile } from '../../shared/models.ts';
import type { Connect } from '../connection.ts';

/** What the page gets to know of a session document: no more than the contract has. */
export function readDocument(
  connect: Connect,
  profile: Profile,
  documentName: string,
): Promise<DocumentFacts> {
  return withControlPlane(connect, profile, async (controlPlane) => {
    const { separatesOutput: _ours, ...facts } = await controlPlane.readDocument(documentName);
    return facts;
  });
}

export function listDocuments(
  connect: Connect,
  profile: Profile,
  scope: DocumentScope,
  next: string | undefined,
): Promise<DocumentPage> {
  return withControlPlane(connect, profile, (controlPlane) => controlPlane.listDocuments(scope, next));
}

async function withControlPlane<T>(
  connect: Connect,
  profile: Profile,
  call: (controlPlane: ControlPlane) => Promise<T>,
): Promise<T> {
  const { controlPlane } = await connect(profile);
  try {
    return await call(controlPlane);
  } finally {
    controlPlane.close();
  }
}
