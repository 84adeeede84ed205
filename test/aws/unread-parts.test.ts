import { expect, test } from 'vitest';
import { withoutUnread } from '../../src/aws/unread-parts.ts';

test.each([
  ['<a/><placement><x>1</x></placement><b/>', '<a/><b/>'],
  [
    '<networkInterfaceSet><item><tagSet/><groupSet/></item></networkInterfaceSet><tagSet><item/></tagSet>',
    '<tagSet><item/></tagSet>',
  ],
  ['<groupSet/><monitoring><state>disabled</state></monitoring>', '<groupSet/>'],
  ['<key>&lt;placement&gt;</key>', '<key>&lt;placement&gt;</key>'],
  ['<placementGroup>x</placementGroup>', '<placementGroup>x</placementGroup>'],
  ['<operator><item/>', '<operator><item/>'],
  ['', ''],
])('of %s the parser gets %s', (xml, expected) => {
  expect(withoutUnread(xml)).toBe(expected);
});

test('a document of elements that are never closed costs no more than one look for each end', () => {
  const hostile = '<placement>'.repeat(200_000);
  const started = performance.now();
  expect(withoutUnread(hostile)).toBe(hostile);
  expect(performance.now() - started).toBeLessThan(1_000);
});
