import { WebLinksAddon } from '@xterm/addon-web-links';
import type { IBufferRange, Terminal } from '@xterm/xterm';
import { safeLink, textDiffers } from './link-guard.ts';

export interface LinkHooks {
  onLinkHover(link: { url: string; x: number; y: number } | undefined): void;
  /** `differs`: the text that was clicked is not the address it opens. */
  onLink(link: { url: string; text: string; differs: boolean }): void;
}

/** Links in the text and links that a program has set (OSC 8): shown on hover, opened with Ctrl or Cmd and a click. */
export function watchLinks(terminal: Terminal, hooks: LinkHooks): void {
  const open = (event: MouseEvent, uri: string, text: string): void => {
    const url = safeLink(uri);
    if (url === undefined || !(event.ctrlKey || event.metaKey)) return;
    hooks.onLink({ url, text, differs: textDiffers(text, url) });
  };
  const hover = (event: MouseEvent, text: string): void => {
    const url = safeLink(text);
    hooks.onLinkHover(url === undefined ? undefined : { url, x: event.clientX, y: event.clientY });
  };
  const leave = (): void => hooks.onLinkHover(undefined);
  terminal.options.linkHandler = {
    activate: (event, uri, range) => open(event, uri, textOf(terminal, range)),
    hover,
    leave,
    allowNonHttpProtocols: false,
  };
  terminal.loadAddon(new WebLinksAddon((event, uri) => open(event, uri, uri), { hover, leave }));
}

function textOf(terminal: Terminal, range: IBufferRange): string {
  const buffer = terminal.buffer.active;
  let text = '';
  for (let y = range.start.y; y <= range.end.y; y += 1) {
    const from = y === range.start.y ? range.start.x - 1 : 0;
    const to = y === range.end.y ? range.end.x : terminal.cols;
    text += buffer.getLine(y - 1)?.translateToString(false, from, to) ?? '';
  }
  return text.trim();
}
