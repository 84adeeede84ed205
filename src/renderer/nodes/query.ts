import type { Environment } from '../../shared/models.ts';
import type { TargetKind } from '../../shared/targets.ts';

/**
 * The filter box. Terms stand side by side, and all must fit:
 *
 *     web -batch "exactly this"        text: in the name, the id, the address, the platform or a tag's value
 *     env:production,staging           one of several; a value fits what begins with it
 *     state:"running"                  in quotes: the whole value
 *     tag:role=web  tag:"cost centre"  a tag with that value; a tag with that key
 *     kind:ecs cluster:harbour         containers, and those of a cluster
 *     -profile:acme                    the others
 *
 * A word that no node holds is taken as letters in order, so that `wb2` finds `web-2`.
 */
export interface NodeQuery {
  readonly terms: readonly Term[];
  /** Terms that are left out, or may not mean what they seem to. */
  readonly problems: readonly Problem[];
}

export interface Wanted {
  /** In lower case. */
  readonly text: string;
  /** It stood in quotes: nothing but this. */
  readonly isWhole: boolean;
}

export type Term =
  | { readonly kind: 'text'; readonly wanted: Wanted; readonly isExcluded: boolean }
  | {
      readonly kind: 'facet';
      readonly facet: Facet;
      readonly anyOf: readonly Wanted[];
      readonly isExcluded: boolean;
    }
  /** Without values: whatever the value. With values the key is meant as a whole. */
  | {
      readonly kind: 'tag';
      readonly key: Wanted;
      readonly anyOf: readonly Wanted[];
      readonly isExcluded: boolean;
    };

/** Where in the text, and what to say about it. */
export interface Problem {
  readonly at: number;
  readonly end: number;
  readonly message: string;
}

export const facets = [
  'env',
  'profile',
  'region',
  'account',
  'state',
  'platform',
  'name',
  'id',
  'ip',
  'agent',
  'kind',
  'cluster',
  'service',
] as const;
export type Facet = (typeof facets)[number];

/** Facets whose values are known beforehand. */
export const facetValues: Readonly<Partial<Record<Facet, readonly string[]>>> = {
  env: ['production', 'staging', 'development', 'other', 'lab'] satisfies Environment[],
  state: ['online', 'offline', 'running', 'stopped', 'pending', 'stopping', 'provisioning'],
  platform: ['linux', 'windows', 'macos', 'unknown'],
  kind: ['ec2', 'hybrid', 'ecs'] satisfies TargetKind[],
};

export const isEmptyQuery = ({ terms }: NodeQuery): boolean => terms.length === 0;

/** The words that are looked for in names, which is what is marked there. */
export const wordsOf = ({ terms }: NodeQuery): Wanted[] =>
  terms.flatMap((term) => (term.kind === 'text' && !term.isExcluded ? [term.wanted] : []));

const spaces = /\s/;
const facetStart = /^([a-z][a-z-]*):/i;

export function parseQuery(text: string): NodeQuery {
  const reader = new Reader(text);
  const terms: Term[] = [];
  for (;;) {
    reader.skipSpaces();
    if (reader.isAtEnd) return { terms, problems: reader.problems };
    const at = reader.at;
    const isExcluded = reader.take('-');
    const term = readTerm(reader, at, isExcluded);
    if (term !== undefined) terms.push(term);
  }
}

function readTerm(reader: Reader, at: number, isExcluded: boolean): Term | undefined {
  const name = facetStart.exec(reader.rest)?.[1];
  if (name === undefined) {
    const wanted = reader.readValue('');
    return wanted.text === '' ? undefined : { kind: 'text', wanted, isExcluded };
  }
  reader.at += name.length + 1;
  if (name.toLowerCase() === 'tag') return readTag(reader, at, isExcluded);
  const anyOf = reader.readValues();
  const facet = facets.find((known) => known === name.toLowerCase());
  if (facet === undefined) {
    const known = facets.join(', ');
    reader.complain(
      at,
      `There is no ${name}: here, but ${known} and tag. Text with a colon in it goes in quotes.`,
    );
    return undefined;
  }
  if (anyOf.length === 0) return undefined;
  const known = facetValues[facet];
  const unknown = known && anyOf.find((wanted) => !known.some((value) => fitsValue(value, wanted)));
  if (unknown !== undefined) {
    reader.complain(at, `${facet}: is one of ${known?.join(', ')}; not ${unknown.text}.`);
    return undefined;
  }
  return { kind: 'facet', facet, anyOf, isExcluded };
}

function readTag(reader: Reader, at: number, isExcluded: boolean): Term | undefined {
  const key = reader.readValue('=');
  const hasValue = reader.take('=');
  const anyOf = hasValue ? reader.readValues() : [];
  if (key.text === '') {
    if (hasValue) reader.complain(at, 'tag: wants a key before the =, as in tag:role=web.');
    return undefined;
  }
  return { kind: 'tag', key: hasValue ? { ...key, isWhole: true } : key, anyOf, isExcluded };
}

/** What begins with it, or, in quotes, nothing else. `value` in lower case. */
export const fitsValue = (value: string, { text, isWhole }: Wanted): boolean =>
  isWhole ? value === text : value.startsWith(text);

class Reader {
  readonly problems: Problem[] = [];
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#text.length;
  }

  get rest(): string {
    return this.#text.slice(this.at);
  }

  skipSpaces(): void {
    while (!this.isAtEnd && spaces.test(this.#text.charAt(this.at))) this.at += 1;
  }

  take(sign: string): boolean {
    if (this.#text.charAt(this.at) !== sign) return false;
    this.at += 1;
    return true;
  }

  complain(at: number, message: string): void {
    this.problems.push({ at, end: this.at, message });
  }

  /** Values with commas between; empty ones are still being typed. */
  readValues(): Wanted[] {
    const values: Wanted[] = [];
    do values.push(this.readValue(','));
    while (this.take(','));
    return values.filter(({ text }) => text !== '');
  }

  /** A text in quotes, or up to the next space or one of `stops`. */
  readValue(stops: string): Wanted {
    const at = this.at;
    if (this.take('"')) return { text: this.#readQuoted(at), isWhole: true };
    while (!this.isAtEnd) {
      const sign = this.#text.charAt(this.at);
      if (spaces.test(sign) || stops.includes(sign)) break;
      this.at += 1;
    }
    return { text: this.#text.slice(at, this.at).toLowerCase(), isWhole: false };
  }

  #readQuoted(at: number): string {
    let text = '';
    while (!this.isAtEnd) {
      const sign = this.#text.charAt(this.at);
      this.at += 1;
      if (sign === '"') return text.toLowerCase();
      if (sign === '\\' && !this.isAtEnd) {
        text += this.#text.charAt(this.at);
        this.at += 1;
      } else text += sign;
    }
    this.complain(at, 'The quote is not closed.');
    return text.toLowerCase();
  }
}

/** As it is typed: in quotes where it holds what would end it. */
export const writeValue = (text: string, isWhole = false): string =>
  isWhole || text === '' || /[\s",=\\]/.test(text) || text.startsWith('-')
    ? `"${text.replaceAll(/["\\]/g, (sign) => `\\${sign}`)}"`
    : text;
