import type { DocumentFacts, DocumentScope } from '../../shared/document-facts.ts';

type SessionType = NonNullable<DocumentFacts['sessionType']>;

const kinds: Record<SessionType, string> = {
  Standard_Stream: 'Shell',
  InteractiveCommands: 'Interactive command',
  NonInteractiveCommands: 'Command without a terminal',
  Port: 'Port forwarding',
};

export const kindWord = (type: SessionType): string => kinds[type];

/** Whether a session of that kind has a terminal to show; unknown ones may. */
export const hasTerminal = (type: SessionType | undefined): boolean =>
  type === undefined || type === 'Standard_Stream' || type === 'InteractiveCommands';

export const scopes: readonly { readonly id: DocumentScope; readonly word: string }[] = [
  { id: 'own', word: 'This account' },
  { id: 'shared', word: 'Shared with it' },
  { id: 'amazon', word: 'Amazon' },
  { id: 'public', word: 'Public' },
];

/** `Platform-Shell` of `arn:aws:ssm:…:document/Platform-Shell`. */
export function shortName(name: string): string {
  return name.startsWith('arn:') ? name.slice(name.lastIndexOf('/') + 1) : name;
}

/** Bounds of StartSession's `DocumentName`. */
export const isDocumentName = (name: string): boolean => /^[a-zA-Z0-9_\-.:/]{3,128}$/.test(name);
