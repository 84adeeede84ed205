import type { DocumentFacts } from '../../shared/document-facts.ts';
import type { Profile } from '../../shared/models.ts';
import type { Connect } from '../connection.ts';

/** What the page gets to know of a session document: no more than the contract has. */
export async function readDocument(
  connect: Connect,
  profile: Profile,
  documentName: string,
): Promise<DocumentFacts> {
  const { controlPlane } = await connect(profile);
  try {
    const { name, description, sessionType, hasKmsKey, parameters } =
      await controlPlane.readDocument(documentName);
    return {
      name,
      description,
      ...(sessionType === undefined ? {} : { sessionType }),
      hasKmsKey,
      parameters,
    };
  } finally {
    controlPlane.close();
  }
}
