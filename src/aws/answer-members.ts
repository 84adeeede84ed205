/*
 * Members of an answer. The SDK declares their types and hands on whatever JSON value stands there, so what is of another
 * type counts as absent.
 */

/** A text that is not empty. */
export function answerText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The objects of a list. */
export function answerList<Item extends object>(value: readonly Item[] | undefined): readonly Item[] {
  if (!Array.isArray(value)) return [];
  const items: readonly unknown[] = value;
  return items.filter((item): item is Item => typeof item === 'object' && item !== null);
}
