/** Characters that hide or reorder what is shown around them: controls, bidirectional marks, zero width. */
const deceptive = /[\p{Cc}\p{Cf}\u2028\u2029]+/gu;

/** Text that a service or a node wrote, made safe to show on one line: a name, a closing message. */
export function remoteText(text: string, limit = 300): string {
  const clean = text.replace(deceptive, ' ').trim();
  return clean.length <= limit ? clean : `${clean.slice(0, limit - 1)}…`;
}
