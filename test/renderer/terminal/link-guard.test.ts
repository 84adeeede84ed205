import { describe, expect, test } from 'vitest';
import { safeLink, textDiffers } from '../../../src/renderer/terminal/link-guard.ts';

describe('the link guard', () => {
  test.each([
    ['https://example.com/a?b=c#d', 'https://example.com/a?b=c#d'],
    ['HTTP://Example.COM', 'http://example.com/'],
    ['https://пример.рф/', 'https://xn--e1afmkfd.xn--p1ai/'],
  ])('opens %s as %s', (text, url) => {
    expect(safeLink(text)).toBe(url);
  });

  test.each([
    'javascript:alert(1)',
    'file:///etc/passwd',
    'data:text/html,hello',
    'ssh://host',
    'app://nodewharf/index.html',
    'example.com',
    '',
    'https://bank.example@evil.example/',
    'https://user:word@host.example/',
    `https://example.com/${'x'.repeat(5000)}`,
  ])('does not open %s', (text) => {
    expect(safeLink(text)).toBeUndefined();
  });

  test('notices a text that is not the address it opens', () => {
    expect([
      textDiffers('https://example.com', 'https://example.com/'),
      textDiffers(' https://example.com/ ', 'https://example.com/'),
      textDiffers('https://example.com', 'https://evil.example/'),
      textDiffers('the ticket', 'https://example.com/'),
    ]).toEqual([false, false, true, true]);
  });
});
