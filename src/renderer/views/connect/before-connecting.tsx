import type { ManagedNode } from '../../../shared/inventory.ts';
import { preferencesDocumentName } from '../../../shared/document-facts.ts';
import type { SessionPreferences } from '../../../shared/session-preferences.ts';
import { preferenceFacts, serviceDefaults } from '../../connect/preference-words.ts';
import { remoteText } from '../../words/remote-text.ts';
import { shortName } from '../../connect/document-words.ts';
import type { DocumentInSight } from './use-document.ts';

interface BeforeConnectingProps {
  readonly sight: DocumentInSight;
  readonly platform: ManagedNode['platform'];
}

/** As whom, with what kept, and for how long: what the session will be, as far as it can be known. */
export function BeforeConnecting({ sight, platform }: BeforeConnectingProps) {
  const known = knownPreferences(sight);
  const sessionType = sight.document.kind === 'ready' ? sight.document.value.sessionType : undefined;
  return (
    <section className="before" aria-label="What is known of the session" data-testid="before-connecting">
      <h3>What this session will be</h3>
      {known.kind === 'reading' && (
        <p className="form-hint" role="status">
          Reading the preferences
        </p>
      )}
      {known.kind === 'unknown' && <p className="before-unknown">{known.why}</p>}
      {known.kind === 'known' && (
        <>
          <dl className="before-facts">
            {preferenceFacts(known.preferences, sessionType, platform).map(
              ({ name, value, isMono, note }) => (
                <div key={`${name} ${value}`}>
                  <dt>{name}</dt>
                  <dd>
                    <span className={isMono === true ? 'mono copyable' : 'copyable'}>{value}</span>
                    {note !== undefined && <span className="before-note">{note}</span>}
                  </dd>
                </div>
              ),
            )}
          </dl>
          <p className="form-hint">{known.source}</p>
        </>
      )}
    </section>
  );
}

type Known =
  | { readonly kind: 'reading' }
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'known'; readonly preferences: SessionPreferences; readonly source: string };

/** The document's own preferences, else the account's, else the service's. */
function knownPreferences({ isDefault, document, account }: DocumentInSight): Known {
  if (document.kind === 'loading') return { kind: 'reading' };
  if (document.kind === 'failed') {
    // Of a document that was named, why stands beside its name.
    return isDefault
      ? whereUnread(document.error.code, document.error.message)
      : { kind: 'unknown', why: 'Not known, since the document could not be read.' };
  }
  if (document.kind === 'none') return { kind: 'unknown', why: 'Once a document is named.' };
  const { name, preferences } = document.value;
  if (preferences !== undefined)
    return {
      kind: 'known',
      preferences,
      source: `From the preferences in ${remoteText(shortName(name), 128)}.`,
    };
  if (document.value.sessionType === 'Port')
    return { kind: 'known', preferences: serviceDefaults, source: 'A tunnel takes no preferences.' };
  if (account.kind === 'loading') return { kind: 'reading' };
  if (account.kind === 'failed') return whereUnread(account.error.code, account.error.message);
  if (account.kind === 'ready' && account.value.preferences !== undefined) {
    return {
      kind: 'known',
      preferences: account.value.preferences,
      source: `The document has none of its own: these are the account’s, in ${preferencesDocumentName}.`,
    };
  }
  return { kind: 'known', preferences: serviceDefaults, source: 'The service’s defaults.' };
}

function whereUnread(code: string, message: string): Known {
  if (code === 'document-not-found') {
    return {
      kind: 'known',
      preferences: serviceDefaults,
      source: 'The account has no preferences yet: these are the service’s defaults.',
    };
  }
  return {
    kind: 'unknown',
    why: `Not known, since the account’s preferences could not be read. ${message}`,
  };
}
