import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { facets, facetValues, parseQuery, type Term, writeValue } from '../../../src/renderer/nodes/query.ts';

const word = (text: string, isWhole = false) => ({ text, isWhole });

describe('the filter language', () => {
  test('reads words, facets and tags, all of them in lower case', () => {
    expect(parseQuery('  Web -batch state:ON,"Offline" tag:Role=Web,api -tag:Team env:prod ').terms).toEqual([
      { kind: 'text', wanted: word('web'), isExcluded: false },
      { kind: 'text', wanted: word('batch'), isExcluded: true },
      { kind: 'facet', facet: 'state', anyOf: [word('on'), word('offline', true)], isExcluded: false },
      { kind: 'tag', key: word('role', true), anyOf: [word('web'), word('api')], isExcluded: false },
      { kind: 'tag', key: word('team'), anyOf: [], isExcluded: true },
      { kind: 'facet', facet: 'env', anyOf: [word('prod')], isExcluded: false },
    ] satisfies Term[]);
  });

  test('keeps spaces and signs that stand in quotes', () => {
    expect(parseQuery('"web 1" -"a:b" tag:"cost centre"="R&D \\"new\\"" profile:"Acme prod"').terms).toEqual([
      { kind: 'text', wanted: word('web 1', true), isExcluded: false },
      { kind: 'text', wanted: word('a:b', true), isExcluded: true },
      { kind: 'tag', key: word('cost centre', true), anyOf: [word('r&d "new"', true)], isExcluded: false },
      { kind: 'facet', facet: 'profile', anyOf: [word('acme prod', true)], isExcluded: false },
    ] satisfies Term[]);
  });

  test.each(['', '   ', '-', 'env:', 'tag:', '-state:', '""', 'tag:"" '])(
    'takes %j for something that is still being typed',
    (text) => {
      expect(parseQuery(text)).toEqual({ terms: [], problems: [] });
    },
  );

  test.each([
    ['stat:online', 0, 11, /There is no stat: here, but env, profile.* and tag\. .*quotes/],
    [
      'web state:alive',
      4,
      15,
      /state: is one of online, offline, running, stopped, pending, stopping, provisioning; not alive\./,
    ],
    ['env:production,test', 0, 19, /not test/],
    ['-platform:amiga', 0, 15, /platform: is one of/],
    ['tag:=web', 0, 8, /wants a key/],
  ])('leaves the bad term of %j out and says why', (text, at, end, message) => {
    const { terms, problems } = parseQuery(text);
    expect(problems).toEqual([{ at, end, message: expect.stringMatching(message) as string }]);
    expect(terms.map(({ kind }) => kind)).toEqual(text.startsWith('web') ? ['text'] : []);
  });

  test('goes on with a quote that is not closed, and says so', () => {
    expect(parseQuery('tag:role="we')).toEqual({
      terms: [{ kind: 'tag', key: word('role', true), anyOf: [word('we', true)], isExcluded: false }],
      problems: [{ at: 9, end: 12, message: 'The quote is not closed.' }],
    });
  });

  test('takes an address for text, not for a facet', () => {
    expect(parseQuery('fe80::1 10.0.0.1').terms.map(({ kind }) => kind)).toEqual(['text', 'text']);
  });

  test('reads any text, and names places that are in it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({
            unit: fc.constantFrom('-', '"', '\\', ':', '=', ',', ' ', 'e', 'env:', 'tag:', 'state:'),
          }),
        ),
        (text) => {
          for (const { at, end, message } of parseQuery(text).problems) {
            expect(at).toBeGreaterThanOrEqual(0);
            expect(end).toBeGreaterThan(at);
            expect(end).toBeLessThanOrEqual(text.length);
            expect(message).not.toBe('');
          }
        },
      ),
    );
  });

  test('reads every term that is written as it should be', () => {
    // What upper case turns into may be another text; the language does not know case.
    const anyText = fc.string({ minLength: 1 }).map((text) => text.toLowerCase());
    const settled = anyText.filter((text) => text.toLowerCase() === text);
    const freeFacets = facets.filter((facet) => facetValues[facet] === undefined);
    const values = fc.array(settled, { minLength: 1, maxLength: 3 });
    const written = fc.oneof(
      settled.map((text) => ({
        text: writeValue(text, true),
        term: { kind: 'text', wanted: word(text, true) } as const,
      })),
      fc.tuple(fc.constantFrom(...freeFacets), values).map(([facet, texts]) => ({
        text: `${facet}:${texts.map((text) => writeValue(text, true)).join(',')}`,
        term: { kind: 'facet', facet, anyOf: texts.map((text) => word(text, true)) } as const,
      })),
      fc.tuple(settled, values).map(([key, texts]) => ({
        text: `tag:${writeValue(key)}=${texts.map((text) => writeValue(text, true)).join(',')}`,
        term: { kind: 'tag', key: word(key, true), anyOf: texts.map((text) => word(text, true)) } as const,
      })),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), written), { maxLength: 5 }), (all) => {
        const text = all.map(([isExcluded, each]) => `${isExcluded ? '-' : ''}${each.text}`).join('  ');
        expect(parseQuery(text)).toEqual({
          terms: all.map(([isExcluded, { term }]) => ({ ...term, isExcluded })),
          problems: [],
        });
      }),
    );
  });
});
