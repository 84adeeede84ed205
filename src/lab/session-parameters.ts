import type { DocumentContent, DocumentParameter } from './document-model.ts';

/**
 * Parameters of a session, as the service handles them before the agent hears of it (protocol notes, sections 1.6
 * and 9.2): lists of one become plain text, missing ones take the document's default, and `{{ name }}` in
 * properties and inputs is replaced.
 */
export type ParameterProblem =
  | { kind: 'unknown'; names: string[] }
  | { kind: 'missing'; names: string[] }
  | { kind: 'not-single'; name: string }
  | { kind: 'pattern'; name: string; pattern: string }
  | { kind: 'value'; name: string; allowed: readonly string[] }
  | { kind: 'length'; name: string }
  | { kind: 'type'; name: string; type: DocumentParameter['type'] };

export function checkParameters(
  content: DocumentContent,
  given: ReadonlyMap<string, string[]>,
): ParameterProblem | undefined {
  const declared = content.parameters ?? {};
  const unknown = [...given.keys()].filter((name) => !Object.hasOwn(declared, name));
  if (unknown.length > 0) return { kind: 'unknown', names: unknown };
  const missing = Object.entries(declared)
    .filter(([name, parameter]) => parameter.default === undefined && !given.has(name))
    .map(([name]) => name);
  if (missing.length > 0) return { kind: 'missing', names: missing };
  for (const [name, values] of given) {
    const [value, ...others] = values;
    if (value === undefined || others.length > 0) return { kind: 'not-single', name };
    const parameter = declared[name];
    const problem = parameter && checkValue(name, parameter, value);
    if (problem) return problem;
  }
  return undefined;
}

function checkValue(
  name: string,
  { type, allowedValues, allowedPattern: pattern, minChars, maxChars }: DocumentParameter,
  value: string,
): ParameterProblem | undefined {
  if (type === 'Integer' && !/^-?\d{1,10}$/.test(value)) return { kind: 'type', name, type };
  if (type === 'Boolean' && !/^(true|false)$/i.test(value)) return { kind: 'type', name, type };
  if (allowedValues && !allowedValues.includes(value)) return { kind: 'value', name, allowed: allowedValues };
  if (value.length < (minChars ?? 0) || value.length > (maxChars ?? value.length))
    return { kind: 'length', name };
  if (pattern && !new RegExp(pattern).test(value)) return { kind: 'pattern', name, pattern };
  return undefined;
}

/** Name to value, defaults filled in. Call after {@link checkParameters}. */
export function resolveParameters(
  content: DocumentContent,
  given: ReadonlyMap<string, string[]>,
): Map<string, string> {
  return new Map(
    Object.entries(content.parameters ?? {}).map(([name, parameter]) => [
      name,
      given.get(name)?.[0] ?? parameter.default ?? '',
    ]),
  );
}

/**
 * A copy of `value` with every `{{ name }}` inside its texts replaced; unknown names stay as they are. A text that is nothing
 * but one of them becomes the parameter as it is. In the midst of other text the agent's language reads dollar signs in the
 * parameter: `$$` is one, `$0` the place that is replaced, and any other `$name` or `${name}` is nothing (protocol notes,
 * section 9.2).
 */
export function substitute(value: unknown, parameters: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') {
    const alone = parameters.get(/^\{\{\s*([a-zA-Z0-9]+)\s*\}\}$/.exec(value)?.[1] ?? '');
    if (alone !== undefined) return alone;
    return value.replace(/\{\{\s*([a-zA-Z0-9]+)\s*\}\}/g, (whole, name: string) => {
      const text = parameters.get(name);
      return text === undefined ? whole : expanded(text, whole);
    });
  }
  if (Array.isArray(value)) return value.map((item: unknown) => substitute(item, parameters));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, substitute(item, parameters)]),
    );
  }
  return value;
}

const expanded = (text: string, replaced: string): string =>
  text.replaceAll(/\$(?:\$|\{?(\w+)\}?)/g, (sign, name?: string) => {
    if (sign === '$$') return '$';
    return name === '0' ? replaced : '';
  });
