import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findNodes } from '../../../src/renderer/nodes/find-nodes.ts';
import { matchLetters } from '../../../src/renderer/nodes/match-letters.ts';
import { NodeIndex, statesOf } from '../../../src/renderer/nodes/node-index.ts';
import { fitsValue, type NodeQuery, parseQuery, type Term } from '../../../src/renderer/nodes/query.ts';
import { searchIndex } from '../../../src/renderer/nodes/search.ts';
import type { Inventory, ManagedNode } from '../../../src/shared/inventory.ts';
import type { Profile } from '../../../src/shared/models.ts';
import { nameOrderKey } from '../../../src/shared/name-order.ts';
import { makeFleet } from '../support/fleet.ts';
import { inventory, node, profile } from '../support/values.ts';

const byId = (profiles: readonly Profile[]): Map<string, Profile> =>
  new Map(profiles.map((each) => [each.id, each]));

function indexOf(inventories: readonly Inventory[]): NodeIndex {
  const index = new NodeIndex();
  index.apply(inventories.map(({ head, nodes }) => ({ head, changed: nodes, removed: [] })));
  return index;
}

/** Ids of the nodes that fit, in the order of names. */
function found(index: NodeIndex, query: NodeQuery, profiles: readonly Profile[]): string[] {
  const { mask } = searchIndex(index, query, byId(profiles));
  return index.inOrder().flatMap((slot) => (mask[slot] === 1 ? (index.at(slot)?.node.id ?? '') : []));
}

const acme = profile({ id: 'acme', name: 'Acme production', environment: 'production', region: 'eu-west-1' });
const web2 = node({
  id: 'i-0b77d1e5a0b3c11d0',
  name: 'web-2',
  hostName: 'ip-10-0-3-18',
  ipAddress: '10.0.3.18',
  platformName: 'Debian GNU/Linux 12',
  tags: [
    ['Name', 'web-2'],
    ['Role', 'web server'],
    ['constructor', 'yes'],
  ],
  instanceState: 'running',
});
const fits = (text: string, change: Partial<ManagedNode> = {}): boolean => {
  const list = inventory('acme', [{ ...web2, ...change }], {
    id: 'acme eu-west-1',
    region: 'eu-west-1',
    accountId: '111122223333',
  });
  return found(indexOf([list]), parseQuery(text), [acme]).length === 1;
};

describe('the node filter', () => {
  test.each([
    '',
    'web',
    'WEB-2',
    'wb2',
    'w 2',
    '0b77',
    '10.0.3',
    'debian',
    'linux web',
    'server',
    'ip-10-0',
    '"web-2"',
    '-batch',
    '-"web-3"',
    'tag:role=web',
    'tag:Role="Web Server"',
    'tag:ro',
    '-tag:team',
    'tag:constructor',
    'name:web',
    'id:i-0b',
    'ip:10.',
    'agent:3.3',
    'account:1111',
    'region:eu-',
    'profile:prod',
    'profile:"acme production"',
    'env:prod',
    'env:staging,production',
    'state:run',
    'state:online',
    'platform:linux',
    '-platform:windows',
    '-env:lab',
  ])('finds web-2 by %j', (text) => {
    expect(fits(text)).toBe(true);
  });

  test.each([
    'web-3',
    '2w',
    'i0b77',
    'windows',
    'web nothing',
    '"wb2"',
    '-web',
    '-server',
    '-tag:role',
    'tag:role=server',
    'tag:role="web"',
    'tag:rol=web',
    'tag:hasOwnProperty',
    'name:eb3',
    'region:us',
    'profile:"acme"',
    'env:staging',
    '-env:prod',
    'state:offline',
    'state:stopped',
    '-state:online',
    '.*',
    '(',
    '[',
  ])('does not find web-2 by %j', (text) => {
    expect(fits(text)).toBe(false);
  });

  test('takes a word for letters in order only where no node holds it', () => {
    const list = inventory('acme', [node({ id: 'a', name: 'web-2' }), node({ id: 'b', name: 'wb2' })]);
    const index = indexOf([list]);
    expect(found(index, parseQuery('wb2'), [acme])).toEqual(['b']);
    expect(found(index, parseQuery('wb-2'), [acme])).toEqual(['a']);
  });

  test('prefers a whole word to its start elsewhere, and that to scattered letters', () => {
    const score = (text: string): number => matchLetters(text, 'web')?.score ?? Number.NaN;
    expect(score('web-1')).toBeGreaterThan(score('my-cobweb'));
    expect(score('my-cobweb')).toBeGreaterThan(score('windows-eu-backup'));
  });
});

/** The same rules again, in the slow and obvious way. */
function naive(lists: readonly Inventory[], { terms }: NodeQuery, profiles: readonly Profile[]): string[] {
  let left = lists.flatMap(({ head, nodes }) => nodes.map((each) => ({ head, each })));
  const textOf = (each: ManagedNode): string[] =>
    [
      each.name === '' ? each.id : each.name,
      each.id,
      each.hostName ?? '',
      each.ipAddress,
      each.platform,
      each.platformName,
      each.container?.family ?? '',
      ...(each.tags ?? []).flatMap(([key, value]) => (key === 'Name' ? [] : [value])),
    ].map((text) => text.toLowerCase());
  const holds = (each: ManagedNode, word: string): boolean =>
    textOf(each).some((text) => text.includes(word));
  const fitsTerm = ({ head, each }: (typeof left)[number], term: Term): boolean => {
    if (term.kind === 'text') return holds(each, term.wanted.text);
    const accepts = (value: string): boolean =>
      term.anyOf.some((wanted) => fitsValue(value.toLowerCase(), wanted));
    if (term.kind === 'tag') {
      return (each.tags ?? []).some(
        ([key, value]) =>
          fitsValue(key.toLowerCase(), term.key) && (term.anyOf.length === 0 || accepts(value)),
      );
    }
    const its = profiles.find(({ id }) => id === head.profileId);
    const holdsAny = (value: string): boolean =>
      term.anyOf.some(({ text, isWhole }) => (isWhole ? value === text : value.includes(text)));
    switch (term.facet) {
      case 'env':
        return accepts(its?.environment ?? '');
      case 'profile':
        return holdsAny((its?.name ?? '').toLowerCase());
      case 'region':
        return accepts(head.region ?? '');
      case 'account':
        return accepts(head.accountId ?? '');
      case 'state':
        return statesOf(each).some(accepts);
      case 'platform':
        return accepts(each.platform);
      case 'name':
        return holdsAny(each.name.toLowerCase());
      case 'id':
        return accepts(each.id);
      case 'ip':
        return accepts(each.ipAddress);
      case 'agent':
        return accepts(each.agentVersion);
      case 'kind':
        return accepts(each.container !== undefined ? 'ecs' : each.id.startsWith('mi-') ? 'hybrid' : 'ec2');
      case 'cluster':
        return each.container !== undefined && accepts(each.container.cluster);
      case 'service':
        return each.container?.service !== undefined && accepts(each.container.service);
    }
  };
  // Facets first: what a word means depends on the nodes that are left.
  const ordered = terms.toSorted((a, b) => Number(a.kind === 'text') - Number(b.kind === 'text'));
  for (const term of ordered) {
    const fitting = left.filter((one) => fitsTerm(one, term) !== term.isExcluded);
    const isLoose = term.kind === 'text' && !term.isExcluded && !term.wanted.isWhole;
    left =
      fitting.length === 0 && isLoose
        ? left.filter(({ each }) => matchLetters(each.name.toLowerCase(), term.wanted.text) !== undefined)
        : fitting;
  }
  const ids = left.map(({ each }) => each);
  return ids.toSorted((a, b) => (nameOrderKey(a.name) < nameOrderKey(b.name) ? -1 : 1)).map(({ id }) => id);
}

const { profiles, inventories: fleet } = makeFleet(240, 1_000_000);

/** Some of the nodes as containers, one in three of them without a service. */
const inventories = fleet.map((list) => ({
  ...list,
  nodes: list.nodes.map((each, at): ManagedNode => {
    if (at % 4 !== 2) return each;
    const cluster = at % 8 === 2 ? 'Harbour' : 'night_shift';
    return {
      ...each,
      id: `ecs:${cluster}_${each.id}_1`,
      container: {
        cluster,
        ...(at % 3 === 0 ? {} : { service: at % 3 === 1 ? 'shop' : 'billing' }),
        family: 'Lighthouse',
        taskId: each.id,
        name: 'app',
        health: 'unknown',
      },
    };
  }),
}));

const words = [
  'web',
  'db',
  'wb1',
  'pay',
  '10.',
  'ip-10',
  'storefront-web',
  'linux',
  'x',
  '12',
  'i-0',
  'zz',
  'lighth',
];
const term = fc.oneof(
  fc.constantFrom(...words),
  fc.constantFrom(...words).map((each) => `"${each}"`),
  fc.constantFrom('env:prod', 'env:staging,development', 'profile:acme', 'profile:"acme other"'),
  fc.constantFrom('region:eu', 'region:us-east-1,ap', 'account:1111', 'state:online', 'state:stopped'),
  fc.constantFrom('platform:win', 'platform:linux,macos', 'tag:role', 'tag:role=web', 'tag:team=data,plat'),
  fc.constantFrom('kind:ecs', 'kind:hybrid,ec', 'cluster:harb', 'cluster:"night_shift"', 'service:shop,bill'),
  fc.constantFrom('tag:name="payments-db-15"', 'name:web', 'id:mi-', 'ip:10.1', 'agent:3.1'),
);
const queryText = fc
  .array(fc.tuple(fc.boolean(), term), { maxLength: 4 })
  .map((terms) => terms.map(([isExcluded, text]) => `${isExcluded ? '-' : ''}${text}`).join(' '));

describe('the index', () => {
  test('finds what a look at every node finds', () => {
    const index = indexOf(inventories);
    fc.assert(
      fc.property(queryText, (text) => {
        const query = parseQuery(text);
        expect(found(index, query, profiles)).toEqual(naive(inventories, query, profiles));
      }),
      { numRuns: 400 },
    );
  });

  test('grown and changed node by node is the same as one made of what is there in the end', () => {
    const step = fc.record({
      list: fc.nat({ max: inventories.length - 1 }),
      at: fc.nat({ max: 25 }),
      what: fc.constantFrom('put', 'rename', 'untag', 'remove'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), queryText, (steps, text) => {
        const index = new NodeIndex();
        const expected = inventories.map(({ head }) => ({ head, nodes: new Map<string, ManagedNode>() }));
        for (const { list, at, what } of steps) {
          const source = inventories[list]?.nodes[at % 20];
          const kept = expected[list];
          if (source === undefined || kept === undefined) continue;
          const { tags: _tags, ...untagged } = source;
          const changed: ManagedNode[] =
            what === 'remove'
              ? []
              : [what === 'rename' ? { ...source, name: `zz-${at}`, online: !source.online } : untagged];
          if (what === 'put') changed[0] = source;
          for (const each of changed) kept.nodes.set(each.id, each);
          if (what === 'remove') kept.nodes.delete(source.id);
          index.apply([{ head: kept.head, changed, removed: what === 'remove' ? [source.id] : [] }]);
          // Looking at the order in between must not spoil it.
          if (at % 3 === 0) index.inOrder();
        }
        const lists = expected.map(({ head, nodes }) => ({ head, nodes: [...nodes.values()] }));
        const query = parseQuery(text);
        const names = (one: NodeIndex): (string | undefined)[] =>
          one.inOrder().map((slot) => one.at(slot)?.order);
        expect(names(index)).toEqual(names(indexOf(lists)));
        expect(found(index, query, profiles).toSorted()).toEqual(
          found(indexOf(lists), query, profiles).toSorted(),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('forgets the lists that no profile has any more', () => {
    const index = indexOf(inventories);
    const kept = inventories.slice(0, 3);
    index.retain(new Set(kept.map(({ head }) => head.id)));
    expect([index.size, index.places().length]).toEqual([60, 3]);
    expect(found(index, parseQuery(''), profiles)).toEqual(naive(kept, parseQuery(''), profiles));
  });

  test('offers favourites before others that fit as well, and those that are online before those that are not', () => {
    const list = inventory('acme', [
      node({ id: 'a', name: 'web-1', online: false }),
      node({ id: 'b', name: 'web-2' }),
      node({ id: 'c', name: 'web-3', online: false }),
      node({ id: 'd', name: 'my-web' }),
    ]);
    const state = { profiles: [acme], favourites: [{ profileId: 'acme', target: 'c' }], recents: [] };
    const names = (text: string, limit: number): string[] =>
      findNodes(indexOf([list]), state, parseQuery(text), limit).map(({ node: { name } }) => name);
    expect(names('web', 9)).toEqual(['web-3', 'web-2', 'web-1', 'my-web']);
    expect(names('web', 2)).toEqual(['web-3', 'web-2']);
  });
});
