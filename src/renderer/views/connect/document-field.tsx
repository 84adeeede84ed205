import { FileText, LoaderCircle } from 'lucide-react';
import { useId, useMemo, useState } from 'react';
import {
  type DocumentScope,
  type ListedDocument,
  preferencesDocumentName,
} from '../../../shared/document-facts.ts';
import { scopes, shortName } from '../../connect/document-words.ts';
import { errorTitle } from '../../words/errors.ts';
import { remoteText } from '../../words/remote-text.ts';
import { PopoverField, PopoverRow, PopoverRows } from '../popover-field.tsx';
import { isByExec } from './use-document.ts';
import { type DocumentList, type DocumentPlace, useDocumentList } from './use-document-list.ts';

interface DocumentFieldProps {
  readonly place: DocumentPlace;
  /** Empty: the account's default. */
  readonly value: string;
  readonly error: string | undefined;
  readonly isWrong: boolean;
  readonly onChange: (name: string, listed: ListedDocument | undefined) => void;
  readonly onLeave: () => void;
}

/** The session document by name or ARN, or out of the lists that the service gives. */
export function DocumentField({ place, value, error, isWrong, onChange, onLeave }: DocumentFieldProps) {
  const id = useId();
  const [scope, setScope] = useState<DocumentScope>('own');
  const [wasOpened, setOpened] = useState(false);
  const [search, setSearch] = useState('');
  const list = useDocumentList(place, scope, wasOpened);
  const found = useMemo(() => matching(list.documents, search), [list.documents, search]);
  return (
    <div className="form-field">
      <label htmlFor={id}>Session document</label>
      <PopoverField
        id={id}
        value={value}
        placeholder={
          isByExec(place, '')
            ? 'None: a shell by ECS Exec'
            : `${preferencesDocumentName}, the default of the account`
        }
        isMono
        error={error}
        isWrong={isWrong}
        describedBy={error === undefined ? undefined : `${id}-error`}
        count={found.length}
        onChoose={(at) => {
          const document = found[at];
          if (document !== undefined) onChange(nameOf(document), document);
        }}
        onChange={(typed) => {
          setSearch(typed);
          onChange(typed.trim(), undefined);
        }}
        onOpen={() => {
          setOpened(true);
          setSearch('');
        }}
        onLeave={onLeave}
      >
        {(rows) => (
          <>
            <fieldset className="document-scopes" aria-label="Whose documents">
              <div className="segments">
                {scopes.map(({ id: option, word }) => (
                  <label key={option}>
                    <input
                      type="radio"
                      name={`${id}-scope`}
                      checked={option === scope}
                      onChange={() => setScope(option)}
                    />
                    <span>{word}</span>
                  </label>
                ))}
              </div>
            </fieldset>
            <PopoverRows list={rows} label="Session documents">
              {found.map((document, at) => (
                <PopoverRow
                  key={document.name}
                  list={rows}
                  at={at}
                  className="document-item"
                  title={document.arn}
                >
                  <FileText className="icon" aria-hidden />
                  <span className="mono clip">{remoteText(shortName(document.name))}</span>
                  <span className="document-owner clip">
                    {document.name === preferencesDocumentName
                      ? 'default of the account'
                      : ownerWords(document, scope)}
                  </span>
                  <span className="document-version numbers">
                    {document.version === '' ? '' : `version ${remoteText(document.version, 20)}`}
                  </span>
                </PopoverRow>
              ))}
            </PopoverRows>
            <ListEnd list={list} scope={scope} search={search} found={found.length} />
          </>
        )}
      </PopoverField>
      {error !== undefined && (
        <p id={`${id}-error`} className="form-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

/** What stands below the rows: that there are none, why, or how to have more. */
function ListEnd({
  list,
  scope,
  search,
  found,
}: {
  readonly list: DocumentList;
  readonly scope: DocumentScope;
  readonly search: string;
  readonly found: number;
}) {
  if (list.state === 'loading') {
    return (
      <p className="document-end" role="status">
        <LoaderCircle className="icon spinner" aria-hidden />
        Reading the list
      </p>
    );
  }
  if (list.state !== 'ready') {
    const { error } = list.state;
    return (
      <div className="document-end failed" role="alert">
        <p>
          <b>{errorTitle(error.code)}.</b> {error.message} A name or an ARN can be typed all the same.
        </p>
        <button type="button" className="button small" onClick={list.more}>
          Try again
        </button>
      </div>
    );
  }
  const more = list.next !== undefined && (
    <button type="button" className="button small" onClick={list.more}>
      {search === '' ? 'Show more' : `Search further, ${list.documents.length} looked at`}
    </button>
  );
  if (found > 0) return more === false ? null : <div className="document-end">{more}</div>;
  return (
    <div className="document-end">
      <p>{search === '' ? emptyWords[scope] : 'No document fits what is typed; it is taken as a name.'}</p>
      {more}
    </div>
  );
}

const emptyWords: Record<DocumentScope, string> = {
  own: 'This account has no session documents in this Region.',
  shared: 'No other account shares a session document with this one.',
  amazon: 'Amazon offers no session documents in this Region.',
  public: 'Nobody shares a session document with everybody in this Region.',
};

function matching(documents: readonly ListedDocument[], search: string): readonly ListedDocument[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return documents.filter(({ name, owner }) =>
    words.every((word) => name.toLowerCase().includes(word) || owner.toLowerCase().includes(word)),
  );
}

const nameOf = ({ name }: ListedDocument): string => (name === preferencesDocumentName ? '' : name);

const ownerWords = ({ owner }: ListedDocument, scope: DocumentScope): string =>
  scope === 'own' ? '' : remoteText(owner, 40);
