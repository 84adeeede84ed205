import { WireError } from './wire-error.ts';

/**
 * Reading JSON payloads. Peers are written in Go, whose decoder matches member names without regard to case and takes
 * `null` for any missing value, so both are accepted here.
 */
export type JsonObject = Readonly<Record<string, unknown>>;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Parses `payload` as a JSON object. `what` names it in the {@link WireError} that anything else throws. */
export function parseObject(payload: Uint8Array | string, what: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(typeof payload === 'string' ? payload : utf8.decode(payload));
  } catch {
    throw new WireError('not-json', what);
  }
  if (!isObject(value)) throw new WireError('wrong-type', what);
  return value;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member `name`, whatever its case; undefined where it is absent or null. */
export function member(object: JsonObject, name: string): unknown {
  if (Object.hasOwn(object, name)) return object[name] ?? undefined;
  const wanted = name.toLowerCase();
  const found = Object.keys(object).find((key) => key.toLowerCase() === wanted);
  return found === undefined ? undefined : (object[found] ?? undefined);
}

/** A text member; the empty text where it is absent. */
export function textMember(object: JsonObject, name: string): string {
  const value = member(object, name) ?? '';
  if (typeof value !== 'string') throw new WireError('wrong-type', name);
  return value;
}

/** A whole-number member; 0 where it is absent. */
export function integerMember(object: JsonObject, name: string): number {
  const value = member(object, name) ?? 0;
  if (typeof value !== 'number') throw new WireError('wrong-type', name);
  if (!Number.isSafeInteger(value)) throw new WireError('out-of-range', name);
  return value;
}

/** A list member; the empty list where it is absent or null. */
export function listMember(object: JsonObject, name: string): readonly unknown[] {
  const value = member(object, name) ?? [];
  if (!Array.isArray(value)) throw new WireError('wrong-type', name);
  return value;
}
