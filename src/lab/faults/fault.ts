/** Something that goes wrong on purpose in one session. The same JSON on the control URL and the command line. */
export interface Fault {
  /** Session id, or `*` for every session there is and will be. */
  session: string;
  kind: FaultKind;
  /** `up` is client to agent, `down` agent to client; both when absent. */
  direction?: Direction;
  /** Message type the fault is limited to, e.g. `acknowledge`. */
  type?: string;
  /** Hits every n-th matching frame; with a seed, each with a chance of one in n. */
  every?: number;
  /** How often it hits; for ever when absent, except that faults of resume, token and handshake hit once. */
  count?: number;
  /** Milliseconds that a delay lasts, a reordered frame waits at most, or a stall lasts (else until the connection ends). */
  ms?: number;
  /** WebSocket close code; or the error name that ResumeSession answers, `gone` for an empty token. */
  code?: number | string;
  seed?: number;
}

export const faultKinds = [
  /** The connection is dropped without a close frame. */
  'cut',
  /** The connection stays open and nothing passes, pongs included. */
  'stall',
  /** Frames come later; order is kept. */
  'delay',
  'lose',
  'repeat',
  /** A frame waits until the next one has passed. */
  'reorder',
  /** A frame comes with a digest that is not its payload's. */
  'corrupt-digest',
  /** Acknowledges are dropped: `lose` for their type. */
  'ack-lost',
  /** ResumeSession answers an error or an empty token. */
  'refuse-resume',
  /** OpenDataChannel is refused although its token is the current one. */
  'expire-token',
  /** The service closes the WebSocket; the session goes on. */
  'close',
  /** The agent proves with the wrong half of the data key that it has it. */
  'wrong-challenge',
  /** The agent takes the handshake's answer and never completes. */
  'handshake-timeout',
] as const;

export type FaultKind = (typeof faultKinds)[number];
export type Direction = 'up' | 'down';

/** A fault that does not say what it should; the text tells what was expected. */
export class FaultSyntaxError extends Error {}

const knownMembers = ['session', 'kind', 'direction', 'type', 'every', 'count', 'ms', 'code', 'seed'];
const longestMs = 60 * 60_000;

/** Reads a fault from parsed JSON; throws {@link FaultSyntaxError}. `session` may be left out for `*`. */
export function parseFault(value: unknown): Fault {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new FaultSyntaxError('a fault is a JSON object');
  const members = value as Record<string, unknown>;
  const unknown = Object.keys(members).find((name) => !knownMembers.includes(name));
  if (unknown !== undefined) throw new FaultSyntaxError(`a fault has no member "${unknown}"`);
  const kind = faultKinds.find((known) => known === members['kind']);
  if (!kind) throw new FaultSyntaxError(`kind is one of ${faultKinds.join(', ')}`);
  const direction = oneOf(members['direction'], 'direction', ['up', 'down'] as const);
  const type = text(members['type'], 'type');
  const every = integer(members['every'], 'every', 1, 1_000_000_000);
  const count = integer(members['count'], 'count', 1, 1_000_000_000);
  const ms = integer(members['ms'], 'ms', 0, longestMs);
  const seed = integer(members['seed'], 'seed', 0, 2 ** 32 - 1);
  const code = readCode(members['code'], kind);
  const isOfAcknowledges = kind === 'ack-lost';
  if (isOfAcknowledges && type !== undefined)
    throw new FaultSyntaxError('a fault of kind ack-lost has no type');
  const limitedTo = isOfAcknowledges ? 'acknowledge' : type;
  return {
    session: text(members['session'], 'session') ?? '*',
    kind: isOfAcknowledges ? 'lose' : kind,
    ...(direction === undefined ? {} : { direction }),
    ...(limitedTo === undefined ? {} : { type: limitedTo }),
    ...(every === undefined ? {} : { every }),
    ...(count === undefined ? {} : { count }),
    ...(ms === undefined ? {} : { ms }),
    ...(code === undefined ? {} : { code }),
    ...(seed === undefined ? {} : { seed }),
  };
}

function readCode(value: unknown, kind: FaultKind): number | string | undefined {
  if (value === undefined) return undefined;
  if (kind === 'refuse-resume') {
    if (typeof value === 'string' && /^[A-Za-z.]{1,80}$/.test(value)) return value;
    throw new FaultSyntaxError('code of refuse-resume is an error name, or "gone" for an empty token');
  }
  if (kind === 'close') {
    const code = integer(value, 'code', 1000, 4999);
    if (code !== undefined && isSendableCloseCode(code)) return code;
    throw new FaultSyntaxError('code of close is a WebSocket close code that may be sent');
  }
  throw new FaultSyntaxError(`a fault of kind ${kind} has no code`);
}

/** RFC 6455, section 7.4: 1004 to 1006 and 1015 only exist on paper. */
export function isSendableCloseCode(code: number): boolean {
  const isNamed = code >= 1000 && code <= 1014 && !(code >= 1004 && code <= 1006);
  return Number.isInteger(code) && (isNamed || (code >= 3000 && code <= 4999));
}

function oneOf<T extends string>(value: unknown, name: string, allowed: readonly T[]): T | undefined {
  if (value === undefined) return undefined;
  const found = allowed.find((item) => item === value);
  if (found === undefined) throw new FaultSyntaxError(`${name} is one of ${allowed.join(', ')}`);
  return found;
}

function text(value: unknown, name: string): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '' || value.length > 128)
    throw new FaultSyntaxError(`${name} is a text`);
  return value;
}

function integer(value: unknown, name: string, min: number, max: number): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw new FaultSyntaxError(`${name} is a whole number from ${min} to ${max}`);
  }
  return value;
}
