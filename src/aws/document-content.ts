import type { DocumentParameter } from '../shared/document-facts.ts';
import type { SessionDocument, SessionType } from './session-document.ts';
import { readPreferences } from './session-preferences.ts';
import { entriesOf, isPlain, isTrue, memberOf, textOf } from './unknown-content.ts';

const sessionTypes: readonly SessionType[] = [
  'Standard_Stream',
  'InteractiveCommands',
  'NonInteractiveCommands',
  'Port',
];

const parameterTypes: readonly DocumentParameter['type'][] = ['String', 'StringList', 'Boolean', 'Integer'];
const limitNames = ['minChars', 'maxChars', 'minItems', 'maxItems'] as const;

/** The agent drops parameters of other names (protocol notes, section 9.2). */
const parameterName = /^[a-zA-Z0-9]+$/;

/**
 * Reads the text of a session document, schema 1.0 (protocol notes, section 9.2). Whoever may write documents wrote it: what
 * has an unexpected shape counts as absent. So does all of a document that is kept as YAML, of which nothing is then known;
 * the service hands out what it was given.
 */
export function readDocumentContent(text: string): Omit<SessionDocument, 'name' | 'version'> {
  const content = parse(text);
  const inputs = memberOf(content, 'inputs');
  const parameters = entriesOf(memberOf(content, 'parameters')).flatMap(toParameter);
  const preferences = readPreferences(inputs);
  const sessionType = sessionTypes.find((type) => type === memberOf(content, 'sessionType'));
  return {
    description: textOf(memberOf(content, 'description')),
    ...(sessionType === undefined ? {} : { sessionType }),
    hasKmsKey: textOf(memberOf(inputs, 'kmsKeyId')) !== '',
    parameters,
    ...(preferences === undefined ? {} : { preferences }),
    separatesOutput: separation(memberOf(content, 'properties'), parameters),
  };
}

/** `properties` has a part for each platform; documents in use say the same in all of them. */
function separation(
  properties: unknown,
  parameters: readonly DocumentParameter[],
): SessionDocument['separatesOutput'] {
  const asked = ['linux', 'macos', 'windows']
    .map((platform) => memberOf(memberOf(properties, platform), 'separateOutputStream'))
    .find((value) => value !== undefined);
  if (isTrue(asked)) return true;
  const name = typeof asked === 'string' ? /^\{\{\s*([a-zA-Z0-9]+)\s*\}\}$/.exec(asked)?.[1] : undefined;
  const parameter = parameters.find((known) => known.name === name);
  if (parameter === undefined) return false;
  // The service compares with the values that the document allows, to the letter; the agent reads any of Go's spellings.
  return { parameter: parameter.name, value: parameter.default?.[0] === 'False' ? 'True' : 'true' };
}

function toParameter([name, declared]: [string, unknown]): DocumentParameter[] {
  if (!parameterName.test(name)) return [];
  const fallback = memberOf(declared, 'default');
  const values = Array.isArray(fallback) ? fallback : [fallback];
  const allowedPattern = textOf(memberOf(declared, 'allowedPattern'));
  const allowedValues = memberOf(declared, 'allowedValues');
  const allowed = Array.isArray(allowedValues) ? allowedValues.filter(isPlain).map(String) : [];
  return [
    {
      name,
      type: parameterTypes.find((type) => type === memberOf(declared, 'type')) ?? 'String',
      description: textOf(memberOf(declared, 'description')),
      ...(fallback === undefined ? {} : { default: values.filter(isPlain).map(String) }),
      ...(allowed.length === 0 ? {} : { allowedValues: allowed }),
      ...(allowedPattern === '' ? {} : { allowedPattern }),
      ...limitsOf(declared),
    },
  ];
}

function limitsOf(declared: unknown): Pick<DocumentParameter, (typeof limitNames)[number]> {
  const limits: Partial<Record<(typeof limitNames)[number], number>> = {};
  for (const name of limitNames) {
    const limit = memberOf(declared, name);
    const number = typeof limit === 'string' && /^\d{1,6}$/.test(limit) ? Number(limit) : limit;
    if (typeof number === 'number' && Number.isInteger(number) && number >= 0) limits[name] = number;
  }
  return limits;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
