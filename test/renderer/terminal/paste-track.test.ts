import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createInputWindow } from '../../../src/renderer/terminal/input-window.ts';
import { createPasteTrack } from '../../../src/renderer/terminal/paste-track.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (pieces: readonly Uint8Array[]): string =>
  new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(pieces.flatMap((piece) => [...piece])));
const bracketed = (text: string): string => `\u001b[200~${text}\u001b[201~`;

/** What the far side reads when `text` is pasted behind `typed` and stopped once so many bytes have been accepted. */
function stoppedAfter(
  accepted: number,
  typed: string,
  pastes: readonly string[],
  isBracketed: boolean,
): string {
  const window = createInputWindow(8);
  const track = createPasteTrack();
  const sent: Uint8Array[] = [...(window.offer(encode(typed)) ?? [])];
  for (const paste of pastes) {
    const bytes = encode(isBracketed ? bracketed(paste) : paste);
    const start = window.left() + window.waiting();
    sent.push(...(window.offer(bytes) ?? []));
    track.began(start, bytes.length, isBracketed);
  }
  const accept = (): void => {
    const more = window.accepted(1);
    sent.push(...more);
  };
  for (let told = 0; told < accepted; told += 1) accept();
  if (window.waiting() > 0) {
    const { keep, closing } = track.stop(window.left());
    window.discard(keep);
    sent.push(...(window.offer(closing) ?? []));
  }
  while (window.waiting() > 0) accept();
  return decode(sent);
}

describe('a paste on its way', () => {
  test('tells how far it has come, from its first byte to its last', () => {
    const track = createPasteTrack();
    track.began(100, 1000, false);
    expect([track.progress(100), track.progress(600), track.progress(1100)]).toEqual([
      { sent: 0, total: 1000 },
      { sent: 500, total: 1000 },
      undefined,
    ]);
  });

  test('counts a second one to the first while both are under way', () => {
    const track = createPasteTrack();
    track.began(0, 1000, false);
    track.began(1000, 500, false);
    expect(track.progress(1200)).toEqual({ sent: 1200, total: 1500 });
    expect(track.progress(1500)).toBeUndefined();
    track.began(1500, 10, false);
    expect(track.progress(1500)).toEqual({ sent: 0, total: 10 });
  });

  test('that is stopped has its bracket closed, wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 12 }),
        fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 24 }), {
          minLength: 1,
          maxLength: 3,
        }),
        fc.nat(120),
        (typed, pastes, accepted) => {
          const read = stoppedAfter(accepted, typed, pastes, true);
          const whole = typed + pastes.map(bracketed).join('');
          // Nothing but whole pastes, the last of which may be shorter, and the first thing typed may be too.
          const opened = read.split('\u001b[200~').length;
          const closed = read.split('\u001b[201~').length;
          expect(closed).toBe(opened);
          const withoutLast = read.replace(/\u001b\[201~$/u, '');
          expect(whole.startsWith(withoutLast)).toBe(true);
        },
      ),
    );
  });

  test('that is stopped without brackets just ends, in whole characters', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
        fc.nat(120),
        (paste, accepted) => {
          expect(paste.startsWith(stoppedAfter(accepted, '', [paste], false))).toBe(true);
        },
      ),
    );
  });
});
