import type { Environment, ManagedNode } from '../../shared/models.ts';

/**
 * The filter box: words and facets, all of which must fit. A word is looked for in the node's name, id, address and
 * platform as letters in order (`wb2` finds `web-2`); `state:online`, `platform:windows` and `env:production` compare
 * beginnings.
 */
export interface NodeQuery {
  readonly words: readonly string[];
  readonly facets: readonly { readonly name: FacetName; readonly value: string }[];
}

const facetNames = ['state', 'platform', 'env', 'id', 'ip'] as const;
type FacetName = (typeof facetNames)[number];

export function parseQuery(text: string): NodeQuery {
  const words: string[] = [];
  const facets: { name: FacetName; value: string }[] = [];
  for (const part of text.trim().toLowerCase().split(/\s+/)) {
    const colon = part.indexOf(':');
    const name = facetNames.find((facet) => facet === part.slice(0, colon));
    if (name !== undefined) facets.push({ name, value: part.slice(colon + 1) });
    else if (part !== '') words.push(part);
  }
  return { words, facets };
}

export const isEmptyQuery = ({ words, facets }: NodeQuery): boolean =>
  words.length === 0 && facets.length === 0;

export interface Match {
  /** Higher is better; only comparable within one query. */
  readonly score: number;
  /** Places in the name that carry the match, ascending. */
  readonly marks: readonly number[];
}

const plain: Match = { score: 0, marks: [] };

export function matchNode(node: ManagedNode, environment: Environment, query: NodeQuery): Match | undefined {
  if (isEmptyQuery(query)) return plain;
  for (const { name, value } of query.facets) {
    if (!facetOf(node, environment, name).startsWith(value)) return undefined;
  }
  const { name, rest } = searchedText(node);
  let score = 0;
  const marks = new Set<number>();
  for (const word of query.words) {
    const inName = matchLetters(name, word);
    if (inName !== undefined) {
      score += inName.score + 100;
      for (const mark of inName.marks) marks.add(mark);
      continue;
    }
    // An id or an address is looked up by a piece of it; letters in order would find nearly every id.
    const at = rest.indexOf(word);
    if (at === -1) return undefined;
    score += isWordStart(rest, at) ? 60 : 30;
  }
  return { score, marks: [...marks].sort((a, b) => a - b) };
}

function facetOf(node: ManagedNode, environment: Environment, name: FacetName): string {
  switch (name) {
    case 'state':
      return node.online ? 'online' : 'offline';
    case 'platform':
      return node.platform;
    case 'env':
      return environment;
    case 'id':
      return node.id.toLowerCase();
    case 'ip':
      return node.ipAddress;
  }
}

interface SearchedText {
  readonly name: string;
  readonly rest: string;
}

// Nodes are values that are replaced, never changed, so their lower-case text can be kept as long as they are.
const searchedTexts = new WeakMap<ManagedNode, SearchedText>();

function searchedText(node: ManagedNode): SearchedText {
  const known = searchedTexts.get(node);
  if (known !== undefined) return known;
  const text = {
    name: node.name.toLowerCase(),
    rest: [node.id, node.ipAddress, node.platform, node.platformName].join(' ').toLowerCase(),
  };
  searchedTexts.set(node, text);
  return text;
}

/** Any text against what a person typed: the same rule as for a node's name. `text` in lower case. */
export function matchLetters(text: string, word: string): Match | undefined {
  const whole = text.indexOf(word);
  if (whole !== -1) {
    const marks = Array.from(word, (_letter, index) => whole + index);
    return { score: 50 + (isWordStart(text, whole) ? 30 : 0) - Math.min(whole, 20), marks };
  }
  const marks: number[] = [];
  let score = 0;
  let from = 0;
  for (const letter of word) {
    const at = text.indexOf(letter, from);
    if (at === -1) return undefined;
    if (at === from && marks.length > 0) score += 4;
    if (isWordStart(text, at)) score += 6;
    marks.push(at);
    from = at + letter.length;
  }
  return { score: score - Math.min((marks.at(-1) ?? 0) - (marks[0] ?? 0), 30), marks };
}

const isWordStart = (text: string, at: number): boolean => at === 0 || /[\s\-_./:]/.test(text[at - 1] ?? ' ');
