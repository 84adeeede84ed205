import type { SessionRecord } from './session-record.ts';
import { substitute } from './session-parameters.ts';

/** What a session's document says once its parameters have been put in (protocol notes, sections 1.6 and 9.2). */
export function documentProperties(record: SessionRecord): Readonly<Record<string, unknown>> {
  return substitute(record.document.content.properties ?? {}, record.parameters) as Record<string, unknown>;
}

/** A text among the document's inputs; the empty text where there is none. */
export function documentInput(record: SessionRecord, name: string): string {
  const value = substitute(record.document.content.inputs?.[name] ?? '', record.parameters);
  return typeof value === 'string' ? value : '';
}
