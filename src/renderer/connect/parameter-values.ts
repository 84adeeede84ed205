import type { DocumentParameter } from '../../shared/document-facts.ts';
import type { DocumentParameters } from '../../shared/models.ts';

/** What the fields of a document's parameters hold, by name: as typed; of a list, one value a line. Empty: the default. */
export type ParameterTexts = Readonly<Record<string, string>>;

/** The values of a field: none where it is empty. */
export function valuesOf({ type }: DocumentParameter, text: string): string[] {
  if (type === 'StringList') return text.split('\n').filter((line) => line.trim() !== '');
  return text === '' ? [] : [text];
}

/** What a choice offers, where there are only certain values; undefined for free text. */
export function choicesOf({ type, allowedValues }: DocumentParameter): readonly string[] | undefined {
  if (type === 'StringList') return undefined;
  return allowedValues ?? (type === 'Boolean' ? ['true', 'false'] : undefined);
}

/** Why the service would refuse these values, as far as the document tells; patterns are `pattern-check.ts`'s. */
export function parameterProblem(parameter: DocumentParameter, text: string): string | undefined {
  const values = valuesOf(parameter, text);
  const { type, allowedValues, minChars, maxChars, minItems, maxItems } = parameter;
  // An empty field is the default, whatever that is.
  if (values.length === 0)
    return parameter.default === undefined ? 'A value is needed: the document has no default.' : undefined;
  if (type === 'Integer' && !/^-?\d{1,10}$/.test(text)) return 'A whole number.';
  for (const value of values) {
    if (allowedValues !== undefined && !allowedValues.includes(value))
      return `One of: ${allowedValues.join(', ')}.`;
    if (minChars !== undefined && value.length < minChars) return `At least ${characters(minChars)}.`;
    if (maxChars !== undefined && value.length > maxChars) return `At most ${characters(maxChars)}.`;
  }
  if (minItems !== undefined && values.length < minItems) return `At least ${minItems} values, one a line.`;
  if (maxItems !== undefined && values.length > maxItems) return `At most ${maxItems} values, one a line.`;
  return undefined;
}

/** What goes to StartSession: only what differs from the default. Undefined when that is nothing. */
export function parametersOf(
  parameters: readonly DocumentParameter[],
  texts: ParameterTexts,
): DocumentParameters | undefined {
  const given = parameters.flatMap((parameter) => {
    const values = valuesOf(parameter, texts[parameter.name] ?? '');
    return values.length === 0 || isSame(values, parameter.default)
      ? []
      : [[parameter.name, values] as const];
  });
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/** Fields for values that are known already, from a profile or an earlier session. */
export function textsOf(parameters: DocumentParameters | undefined): ParameterTexts {
  return Object.fromEntries(
    Object.entries(parameters ?? {}).map(([name, values]) => [name, values.join('\n')]),
  );
}

const isSame = (values: readonly string[], others: readonly string[] | undefined): boolean =>
  others !== undefined &&
  values.length === others.length &&
  values.every((value, at) => value === others[at]);

const characters = (number: number): string => `${number} ${number === 1 ? 'character' : 'characters'}`;
