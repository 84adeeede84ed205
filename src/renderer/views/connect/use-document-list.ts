import { useCallback, useEffect, useState } from 'react';
import type { DocumentScope, ListedDocument } from '../../../shared/document-facts.ts';
import type { AppErrorData } from '../../../shared/errors.ts';
import type { TargetQuery } from '../../../shared/target-query.ts';
import { useApp } from '../use-app.ts';

/** Whose Region the documents are of. */
export interface DocumentPlace {
  readonly profileId: string;
  /** The profile's own Region where absent. */
  readonly target?: string | undefined;
  readonly targetQuery?: TargetQuery | undefined;
}

/** What has been read of one scope; `next` where there is more. */
interface ScopeList {
  readonly documents: readonly ListedDocument[];
  readonly next: string | undefined;
  readonly state: 'loading' | 'ready' | { readonly error: AppErrorData };
}

const nothingYet: ScopeList = { documents: [], next: undefined, state: 'loading' };

export interface DocumentList extends ScopeList {
  more(): void;
}

/** The session documents of one scope, a page at a time; what has been read stays while another scope is looked at. */
export function useDocumentList(place: DocumentPlace, scope: DocumentScope, isOpen: boolean): DocumentList {
  const { door } = useApp();
  const { profileId, target } = place;
  const [lists, setLists] = useState<Partial<Record<DocumentScope, ScopeList>>>({});
  const list = lists[scope];

  const read = useCallback(
    async (known: readonly ListedDocument[], next: string | undefined): Promise<void> => {
      const set = (changed: ScopeList): void => setLists((all) => ({ ...all, [scope]: changed }));
      set({ documents: known, next, state: 'loading' });
      const reply = await door.listDocuments({
        profileId,
        target,
        scope,
        ...(next === undefined ? {} : { next }),
      });
      if (!reply.ok) set({ documents: known, next, state: { error: reply.error } });
      else set({ documents: [...known, ...reply.value.documents], next: reply.value.next, state: 'ready' });
    },
    [door, profileId, target, scope],
  );

  useEffect(() => {
    if (isOpen && list === undefined) void read([], undefined);
  }, [isOpen, list, read]);

  const shown = list ?? nothingYet;
  return { ...shown, more: () => void read(shown.documents, shown.next) };
}
