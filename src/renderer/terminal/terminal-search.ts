import type { ISearchOptions, SearchAddon } from '@xterm/addon-search';
import type { Terminal } from '@xterm/xterm';
import { readTerminalTheme } from './terminal-theme.ts';

export interface SearchQuery {
  readonly text: string;
  readonly caseSensitive: boolean;
  readonly regex: boolean;
}

/** Same marking limit as the addon's default; past it the count shows as "1000+". */
const matchLimit = 1000;

/** Finds text in one terminal's scrollback and marks it. The addon is loaded with the first search. */
export class TerminalSearch {
  readonly #terminal: Terminal;
  readonly #onMatches: (found: { index: number; count: number }) => void;
  #addon: SearchAddon | undefined;
  #ready: Promise<SearchAddon> | undefined;
  #found: SearchQuery | undefined;

  constructor(terminal: Terminal, onMatches: (found: { index: number; count: number }) => void) {
    this.#terminal = terminal;
    this.#onMatches = onMatches;
  }

  async find(query: SearchQuery, direction: 'next' | 'previous' | 'type'): Promise<void> {
    const addon = await this.#load();
    if (query.text === '') {
      this.clear();
      return;
    }
    // addon-search 0.16 compares the options with themselves: only a changed text makes it look anew.
    const isSame = this.#found?.caseSensitive === query.caseSensitive && this.#found.regex === query.regex;
    if (!isSame) addon.clearDecorations();
    this.#found = query;
    const theme = readTerminalTheme();
    const options: ISearchOptions = {
      caseSensitive: query.caseSensitive,
      regex: query.regex,
      incremental: direction === 'type',
      decorations: {
        matchBackground: theme.match,
        matchOverviewRuler: theme.matchCurrent,
        activeMatchBackground: theme.matchCurrent,
        activeMatchColorOverviewRuler: theme.matchCurrent,
      },
    };
    if (direction === 'previous') addon.findPrevious(query.text, options);
    else addon.findNext(query.text, options);
  }

  clear(): void {
    this.#addon?.clearDecorations();
    this.#terminal.clearSelection();
    this.#onMatches({ index: -1, count: 0 });
  }

  #load(): Promise<SearchAddon> {
    this.#ready ??= import('@xterm/addon-search').then(({ SearchAddon: Addon }) => {
      const addon = new Addon({ highlightLimit: matchLimit });
      this.#terminal.loadAddon(addon);
      addon.onDidChangeResults(({ resultIndex, resultCount }) =>
        this.#onMatches({ index: resultIndex, count: resultCount }),
      );
      this.#addon = addon;
      return addon;
    });
    return this.#ready;
  }
}
