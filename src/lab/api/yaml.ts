/**
 * Writes parsed JSON as YAML, in the plain block form that people expect of a document. Texts are quoted as JSON
 * strings, which YAML reads as they are, unless they are simple words.
 */
export function toYaml(value: unknown): string {
  return isNested(value) ? `${blockLines(value, '').join('\n')}\n` : `${scalar(value)}\n`;
}

type Nested = readonly unknown[] | Readonly<Record<string, unknown>>;

function blockLines(value: Nested, indent: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown) => entryLines(`${indent}-`, item, indent));
  return Object.entries(value).flatMap(([name, item]) =>
    entryLines(`${indent}${scalar(name)}:`, item, indent),
  );
}

function entryLines(head: string, item: unknown, indent: string): string[] {
  return isNested(item) ? [head, ...blockLines(item, `${indent}  `)] : [`${head} ${scalar(item)}`];
}

/** Whether it takes lines of its own; empty lists and objects do not. */
function isNested(value: unknown): value is Nested {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

/** Words that cannot be taken for anything else. */
const plainWord = /^[A-Za-z][A-Za-z0-9_]*$/;
const reserved = /^(true|false|null|yes|no|on|off|y|n)$/i;

function scalar(value: unknown): string {
  const isPlain = typeof value === 'string' && plainWord.test(value) && !reserved.test(value);
  return isPlain ? value : (JSON.stringify(value) ?? 'null');
}
