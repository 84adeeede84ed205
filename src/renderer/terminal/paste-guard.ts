/**
 * Decides what happens to pasted text before a shell sees it. Control characters never pass: they could end a bracketed
 * paste early, or type keys nobody saw. Several lines are asked about where the shell would run them at once.
 */
export type PasteVerdict =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'send'; readonly text: string }
  | { readonly kind: 'ask'; readonly question: PasteQuestion };

export interface PasteQuestion {
  /** As it will be sent, if it is. */
  readonly text: string;
  /** As it came, with what will be removed as visible signs. For the eye only, and cut at {@link previewLimit}. */
  readonly preview: string;
  readonly lines: number;
  readonly characters: number;
  readonly removed: number;
  readonly reasons: readonly PasteReason[];
}

export type PasteReason = 'several-lines' | 'control-characters' | 'large' | 'too-large';

export interface PasteCircumstances {
  /** The program at the far end has asked for bracketed paste: it gets the text as one piece and runs nothing. */
  readonly bracketed: boolean;
  readonly production: boolean;
  /** A person has said, for this tab, not to be asked about several lines again. Ignored in production. */
  readonly linesTrusted: boolean;
}

/** Characters. More than a screenful of a wide window: worth a look before it is typed somewhere. */
const largeFrom = 10_000;
/** Characters. Minutes at the data channel's pace; a file transfer is the better tool. */
const tooLargeFrom = 8 * 1024 * 1024;
const previewLimit = 20_000;

/** Controls but for tab and line feed, and the marks that reorder what is shown. */
// biome-ignore format: one class a line reads better
const unwanted = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu;

export function guardPaste(clipboard: string, circumstances: PasteCircumstances): PasteVerdict {
  const unified = clipboard.replace(/\r\n?/g, '\n').replace(/\n+$/, '');
  const text = unified.replace(unwanted, '');
  const removed = unified.length - text.length;
  if (unified === '') return { kind: 'nothing' };
  const lines = countLines(text);
  const reasons: PasteReason[] = [];
  if (lines > 1 && asksAboutLines(circumstances)) reasons.push('several-lines');
  if (removed > 0) reasons.push('control-characters');
  if (text.length > tooLargeFrom) reasons.push('too-large');
  else if (text.length > largeFrom) reasons.push('large');
  if (reasons.length === 0) return { kind: 'send', text };
  return {
    kind: 'ask',
    question: { text, preview: previewOf(unified), lines, characters: text.length, removed, reasons },
  };
}

const asksAboutLines = ({ bracketed, production, linesTrusted }: PasteCircumstances): boolean =>
  production || !(bracketed || linesTrusted);

function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

function previewOf(text: string): string {
  const cut = text.length > previewLimit ? `${text.slice(0, previewLimit)}\n…` : text;
  return cut.replace(unwanted, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : '\u25a1';
  });
}
