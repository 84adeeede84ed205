import type { ControlPlane, StartedSession } from '../../aws/control-plane.ts';
import { preferencesDocumentName } from '../../shared/document-facts.ts';
import { AppError } from '../../shared/errors.ts';
import { defaultIdleMinutes } from '../../shared/cut-offs.ts';
import type { SessionPreferences } from '../../shared/session-preferences.ts';
import type { SessionTerms } from '../../shared/session-terms.ts';

/** `none`: neither the document nor the account says anything, so that the service's defaults hold. */
type Preferences = SessionPreferences | 'none' | 'unknown';

/** @param maxMinutes as DescribeSessions told it, which counts before what a document says */
export function toTerms(
  startedAt: number,
  preferences: Preferences,
  maxMinutes: number | undefined,
): SessionTerms {
  const longest = maxMinutes ?? (typeof preferences === 'object' ? preferences.maxMinutes : undefined);
  const known = { startedAt, ...(longest === undefined ? {} : { maxMinutes: longest }) };
  if (preferences === 'unknown') return known;
  if (preferences === 'none') return { ...known, idleMinutes: defaultIdleMinutes };
  return { ...known, preferences, idleMinutes: preferences.idleMinutes ?? defaultIdleMinutes };
}

/** Those of the document, else those of the account. Never rejects. */
export async function preferencesOf(
  { document, warning, isExec }: Pick<StartedSession, 'document' | 'warning' | 'isExec'>,
  controlPlane: Pick<ControlPlane, 'readDocument'>,
): Promise<Preferences> {
  // ECS Exec has the service's defaults, and nobody can change them.
  if (isExec === true) return 'none';
  if (document?.preferences !== undefined) return document.preferences;
  // Without a document a warning says that it may not be read; without both there are no preferences yet.
  if (document === undefined) return warning === undefined ? 'none' : 'unknown';
  if (document.name === preferencesDocumentName) return 'none';
  try {
    return (await controlPlane.readDocument(preferencesDocumentName)).preferences ?? 'none';
  } catch (error) {
    return error instanceof AppError && error.data.code === 'document-not-found' ? 'none' : 'unknown';
  }
}
