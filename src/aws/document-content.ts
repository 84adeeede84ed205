import type { DocumentFacts } from '../shared/document-facts.ts';
import type { SessionDocument, SessionType } from './session-document.ts';

type Parameter = DocumentFacts['parameters'][number];

const sessionTypes: readonly SessionType[] = [
  'Standard_Stream',
  'InteractiveCommands',
  'NonInteractiveCommands',
  'Port',
];

/** The agent drops parameters of other names (protocol notes, section 9.2). */
const parameterName = /^[a-zA-Z0-9]+$/;

/**
 * Reads the text of a session document, schema 1.0 (protocol notes, section 9.2). Whoever may write documents wrote it: what
 * has an unexpected shape counts as absent. So does all of a document that is kept as YAML, of which nothing is then known;
 * the service hands out what it was given.
 */
export function readDocumentContent(text: string): Omit<SessionDocument, 'name'> {
  const content = parse(text);
  const inputs = memberOf(content, 'inputs');
  const parameters = entriesOf(memberOf(content, 'parameters')).flatMap(toParameter);
  const sessionType = sessionTypes.find((type) => type === memberOf(content, 'sessionType'));
  return {
    description: textOf(memberOf(content, 'description')),
    ...(sessionType === undefined ? {} : { sessionType }),
    hasKmsKey: textOf(memberOf(inputs, 'kmsKeyId')) !== '',
    parameters,
    separatesOutput: separation(memberOf(content, 'properties'), parameters),
  };
}

/** `properties` has a part for each platform; documents in use say the same in all of them. */
function separation(
  properties: unknown,
  parameters: readonly Parameter[],
): SessionDocument['separatesOutput'] {
  const asked = ['linux', 'macos', 'windows']
    .map((platform) => memberOf(memberOf(properties, platform), 'separateOutputStream'))
    .find((value) => value !== undefined);
  if (asked === true || (typeof asked === 'string' && /^true$/i.test(asked))) return true;
  const name = typeof asked === 'string' ? /^\{\{\s*([a-zA-Z0-9]+)\s*\}\}$/.exec(asked)?.[1] : undefined;
  const parameter = parameters.find((known) => known.name === name);
  if (parameter === undefined) return false;
  // The service compares with the values that the document allows, to the letter; the agent reads any of Go's spellings.
  return { parameter: parameter.name, value: parameter.default?.[0] === 'False' ? 'True' : 'true' };
}

function toParameter([name, declared]: [string, unknown]): Parameter[] {
  if (!parameterName.test(name)) return [];
  const fallback = memberOf(declared, 'default');
  const values = Array.isArray(fallback) ? fallback : [fallback];
  const allowedPattern = textOf(memberOf(declared, 'allowedPattern'));
  return [
    {
      name,
      type: memberOf(declared, 'type') === 'StringList' ? 'StringList' : 'String',
      description: textOf(memberOf(declared, 'description')),
      ...(fallback === undefined ? {} : { default: values.filter(isPlain).map(String) }),
      ...(allowedPattern === '' ? {} : { allowedPattern }),
    },
  ];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const isPlain = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
