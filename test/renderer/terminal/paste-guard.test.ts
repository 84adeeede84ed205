import { describe, expect, test } from 'vitest';
import { guardPaste, type PasteCircumstances } from '../../../src/renderer/terminal/paste-guard.ts';

const plain: PasteCircumstances = { bracketed: false, production: false, linesTrusted: false };
const reasonsFor = (text: string, circumstances: Partial<PasteCircumstances> = {}): readonly string[] => {
  const verdict = guardPaste(text, { ...plain, ...circumstances });
  return verdict.kind === 'ask' ? verdict.question.reasons : [verdict.kind];
};

describe('the paste guard', () => {
  test('lets one line pass without the line feed that would run it', () => {
    expect(guardPaste('ls -l /srv\r\n', plain)).toEqual({ kind: 'send', text: 'ls -l /srv' });
  });

  test('has nothing to do for an empty clipboard or one of line feeds', () => {
    expect([reasonsFor(''), reasonsFor('\n\r\n')]).toEqual([['nothing'], ['nothing']]);
  });

  test('asks about several lines where the shell would run them at once', () => {
    expect(reasonsFor('cd /srv\nrm -rf cache')).toEqual(['several-lines']);
    expect(reasonsFor('cd /srv\nrm -rf cache', { bracketed: true })).toEqual(['send']);
    expect(reasonsFor('cd /srv\nrm -rf cache', { linesTrusted: true })).toEqual(['send']);
  });

  test('always asks about several lines in production', () => {
    expect(reasonsFor('a\nb', { production: true, bracketed: true, linesTrusted: true })).toEqual([
      'several-lines',
    ]);
    expect(reasonsFor('a', { production: true })).toEqual(['send']);
  });

  test('removes what would end a bracketed paste early, and shows it', () => {
    const verdict = guardPaste('echo ok\u001b[201~; reboot', { ...plain, bracketed: true });
    expect(verdict).toMatchObject({
      kind: 'ask',
      question: {
        text: 'echo ok[201~; reboot',
        preview: 'echo ok\u241b[201~; reboot',
        removed: 1,
        reasons: ['control-characters'],
      },
    });
  });

  test.each([
    ['a null', '\u0000'],
    ['a backspace', '\b'],
    ['an interrupt', '\u0003'],
    ['a delete', '\u007f'],
    ['an eight-bit control sequence introducer', '\u009b'],
    ['a mark that turns the reading direction', '\u202e'],
    ['an isolate', '\u2066'],
  ])('removes %s', (_name, character) => {
    const verdict = guardPaste(`a${character}b`, { ...plain, linesTrusted: true, bracketed: true });
    expect(verdict).toMatchObject({ kind: 'ask', question: { text: 'ab', removed: 1 } });
  });

  test('keeps tabs, and letters of any script, and joined emoji', () => {
    const text = 'a\tb äß 日本 👩‍💻 é';
    expect(guardPaste(text, plain)).toEqual({ kind: 'send', text });
  });

  test('unifies line ends and counts the lines', () => {
    const verdict = guardPaste('a\r\nb\rc\nd\n', plain);
    expect(verdict).toMatchObject({ kind: 'ask', question: { text: 'a\nb\nc\nd', lines: 4 } });
  });

  test('asks about large text, and will not type a file', () => {
    expect(reasonsFor('x'.repeat(10_001), { bracketed: true })).toEqual(['large']);
    expect(reasonsFor('x'.repeat(8 * 1024 * 1024 + 1), { bracketed: true })).toEqual(['too-large']);
  });

  test('shows no more of a large text than a person reads', () => {
    const verdict = guardPaste('x'.repeat(1_000_000), plain);
    expect(verdict.kind === 'ask' && verdict.question.preview.length).toBeLessThan(21_000);
  });
});
