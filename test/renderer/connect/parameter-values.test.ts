import { describe, expect, test } from 'vitest';
import type { DocumentParameter } from '../../../src/shared/document-facts.ts';
import { parameterProblem, parametersOf, textsOf } from '../../../src/renderer/connect/parameter-values.ts';

const parameter = (rules: Partial<DocumentParameter> = {}): DocumentParameter => ({
  name: 'p',
  type: 'String',
  description: '',
  ...rules,
});

describe('a value is refused before the service is asked', () => {
  test.each<[string, Partial<DocumentParameter>, string, RegExp]>([
    ['that is needed and absent', {}, '', /no default/],
    ['that is not one of those allowed', { allowedValues: ['web', 'db'] }, 'mail', /web, db/],
    ['that is too short', { minChars: 3 }, 'ab', /At least 3 characters/],
    ['that is too long', { maxChars: 1 }, 'ab', /At most 1 character\./],
    ['that is no whole number', { type: 'Integer' }, '1.5', /whole number/],
    ['of a list, where one of them is too long', { type: 'StringList', maxChars: 2 }, 'ab\nabc', /At most 2/],
    ['of a list of too many', { type: 'StringList', maxItems: 1 }, 'a\nb', /At most 1 values/],
    ['of a list of too few', { type: 'StringList', minItems: 2 }, 'a\n\n', /At least 2 values/],
  ])('%s', (_name, rules, text, words) => {
    expect(parameterProblem(parameter(rules), text)).toMatch(words);
  });

  test.each<[string, Partial<DocumentParameter>, string]>([
    ['an empty field has a default', { default: ['80'], minChars: 1 }, ''],
    ['it is one of those allowed', { allowedValues: ['web'] }, 'web'],
    ['it is a whole number', { type: 'Integer' }, '-12'],
    ['each of a list is allowed', { type: 'StringList', allowedValues: ['a', 'b'] }, 'b\na'],
  ])('but not where %s', (_name, rules, text) => {
    expect(parameterProblem(parameter(rules), text)).toBeUndefined();
  });
});

test('only what differs from the default is sent', () => {
  const parameters = [
    parameter({ name: 'port', default: ['80'] }),
    parameter({ name: 'host', default: ['localhost'] }),
    parameter({ name: 'hosts', type: 'StringList' }),
    parameter({ name: 'none', default: [''] }),
  ];
  expect(
    parametersOf(parameters, { port: '80', host: 'db', hosts: 'a\n\nb', none: '', elsewhere: 'x' }),
  ).toEqual({ host: ['db'], hosts: ['a', 'b'] });
  expect(parametersOf(parameters, { port: '80' })).toBeUndefined();
});

test('values of a profile come back as they are typed', () => {
  expect(textsOf({ hosts: ['a', 'b'], port: ['80'] })).toEqual({ hosts: 'a\nb', port: '80' });
  expect(textsOf(undefined)).toEqual({});
});
