import { useEffect, useState } from 'react';
import { type DocumentFacts, preferencesDocumentName } from '../../../shared/document-facts.ts';
import { isContainerTarget } from '../../../shared/targets.ts';
import { isDocumentName } from '../../connect/document-words.ts';
import type { Loadable } from '../../state/app-state.ts';
import { useApp } from '../use-app.ts';
import type { DocumentPlace } from './use-document-list.ts';

/** Nobody types two letters of a name within it, and nobody waits for it who has chosen one. */
const typingMs = 250;

export type ReadDocument = Loadable<DocumentFacts> | { readonly kind: 'none' };

/** A document and, where it says nothing of its own, the account's preferences. */
export interface DocumentInSight {
  /** The account's own preferences are the document. */
  readonly isDefault: boolean;
  readonly document: ReadDocument;
  readonly account: ReadDocument;
}

/** Reads the named document anew whenever the name has changed; the account's preferences are read once. */
export function useDocument(place: DocumentPlace, typedName: string): DocumentInSight {
  const name = typedName === '' ? preferencesDocumentName : typedName;
  const document = useRead(place, isDocumentName(name) && !isByExec(place, typedName) ? name : undefined);
  const needsAccount =
    name !== preferencesDocumentName &&
    document.kind === 'ready' &&
    document.value.preferences === undefined &&
    document.value.sessionType !== 'Port';
  const account = useRead(place, needsAccount ? preferencesDocumentName : undefined);
  return { isDefault: name === preferencesDocumentName, document, account };
}

/** A shell in a container, which no document has a say in. */
export const isByExec = ({ target, targetQuery }: DocumentPlace, documentName: string): boolean =>
  documentName === '' &&
  (targetQuery?.kind === 'ecs-service' || (target !== undefined && isContainerTarget(target)));

function useRead({ profileId, target }: DocumentPlace, name: string | undefined): ReadDocument {
  const { door } = useApp();
  const [answer, setAnswer] = useState<{ name: string; read: Loadable<DocumentFacts> } | undefined>(
    undefined,
  );
  useEffect(() => {
    if (name === undefined) return undefined;
    let isWanted = true;
    const timer = window.setTimeout(() => {
      void door.readDocument({ profileId, target, documentName: name }).then((reply) => {
        if (!isWanted) return;
        const read: Loadable<DocumentFacts> = reply.ok
          ? { kind: 'ready', value: reply.value }
          : { kind: 'failed', error: reply.error };
        setAnswer({ name, read });
      });
    }, typingMs);
    return () => {
      isWanted = false;
      window.clearTimeout(timer);
    };
  }, [door, profileId, target, name]);
  if (name === undefined) return { kind: 'none' };
  return answer?.name === name ? answer.read : { kind: 'loading' };
}
