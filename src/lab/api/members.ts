import { ApiError, validationError } from './api-error.ts';

/** The members of a request as parsed JSON; each reader below gives one of them its type or answers as the service does. */
export type Members = Readonly<Record<string, unknown>>;

interface TextRules {
  min?: number;
  max?: number;
  pattern?: RegExp;
}

export function optionalText(members: Members, name: string, rules: TextRules = {}): string | undefined {
  const value = members[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw wrongType(name, 'String');
  checkText(memberPath(name), value, rules);
  return value;
}

export function requiredText(members: Members, name: string, rules: TextRules = {}): string {
  const value = optionalText(members, name, rules);
  if (value === undefined) throw validationError(memberPath(name), null, 'Member must not be null');
  return value;
}

export function optionalInteger(
  members: Members,
  name: string,
  min: number,
  max: number,
): number | undefined {
  const value = members[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(name, 'Integer');
  if (value < min) {
    throw validationError(memberPath(name), value, `Member must have value greater than or equal to ${min}`);
  }
  if (value > max) {
    throw validationError(memberPath(name), value, `Member must have value less than or equal to ${max}`);
  }
  return value;
}

/** A list of structures; absent reads as empty. */
export function listOfMembers(members: Members, name: string): Members[] {
  const value = members[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrongType(name, 'List');
  return value.map((item: unknown) => asMembers(item, name));
}

export function listOfText(members: Members, name: string): string[] {
  const value = members[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrongType(name, 'List');
  return value.map((item: unknown) => {
    if (typeof item !== 'string') throw wrongType(name, 'String');
    return item;
  });
}

/** A map from text to lists of text (StartSession `Parameters`); absent reads as empty. */
export function mapOfTextLists(members: Members, name: string, rules: TextRules): Map<string, string[]> {
  const value = members[name];
  if (value === undefined || value === null) return new Map();
  const map = asMembers(value, name);
  return new Map(
    Object.keys(map).map((key) => {
      const values = listOfText(map, key);
      for (const item of values) checkText(`${memberPath(name)}.${key}`, item, rules);
      return [key, values];
    }),
  );
}

export function asMembers(value: unknown, name: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(name, 'Structure');
  return value as Members;
}

function checkText(
  path: string,
  value: string,
  { min = 0, max = Number.POSITIVE_INFINITY, pattern }: TextRules,
): void {
  if (value.length < min) {
    throw validationError(path, value, `Member must have length greater than or equal to ${min}`);
  }
  if (value.length > max) {
    throw validationError(path, value, `Member must have length less than or equal to ${max}`);
  }
  if (pattern && !pattern.test(value)) {
    throw validationError(path, value, `Member must satisfy regular expression pattern: ${pattern.source}`);
  }
}

function wrongType(name: string, expected: string): ApiError {
  return new ApiError(
    'SerializationException',
    `Unexpected value type in payload: ${name} must be of type ${expected}`,
  );
}

/** The service names members in its messages with a small first letter. */
function memberPath(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
