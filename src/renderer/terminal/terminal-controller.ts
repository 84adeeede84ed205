import { FitAddon } from '@xterm/addon-fit';
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import type { Settings } from '../../shared/models.ts';
import type { ToMain, ToPage } from '../../shared/terminal-port.ts';
import { createInputWindow } from './input-window.ts';
import { type FeedClock, OutputFeed } from './output-feed.ts';
import { createPasteTrack, type PasteProgress } from './paste-track.ts';
import { type LinkHooks, watchLinks } from './terminal-links.ts';
import { type SearchQuery, TerminalSearch } from './terminal-search.ts';
import { readTerminalTheme } from './terminal-theme.ts';

/** What a terminal tells the page. It knows no tabs and no sessions. */
export interface TerminalHooks extends LinkHooks {
  onSize(size: { cols: number; rows: number }): void;
  /** Output was parsed; called often in a flood, so it must be cheap. */
  onOutput(): void;
  onBell(): void;
  /** Input came while it goes nowhere (see {@link TerminalController.setInput}); `enter` for a lone carriage return. */
  onDeadInput(enter: boolean): void;
  /** Bytes of input that wait in the page; 0 when all is on its way. */
  onInputWaiting(byteCount: number): void;
  /** How far a long paste has come; undefined when none is under way any more. */
  onPasteProgress(progress: PasteProgress | undefined): void;
  /** Too much input waits already; this piece was not taken. */
  onInputRefused(): void;
  onPaste(text: string): void;
  onSelection(text: string): void;
  onMatches(found: { index: number; count: number }): void;
}

export type TerminalSettings = Pick<Settings, 'fontSize' | 'scrollback' | 'copyOnSelect'>;

/** A resize drag gives a size per frame; the far end needs the last one, and soon enough to feel immediate. */
const fitDelayMs = 60;
const utf8 = new TextEncoder();

const feedClock: FeedClock = {
  now: () => performance.now(),
  later: (run, delayMs) => window.setTimeout(run, delayMs),
};

/**
 * What a program may have left behind when its session ended: mouse reports, bracketed paste, application cursor keys,
 * a hidden cursor. The screen itself stays to be read.
 */
const quietModes = '\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1006l\u001b[?2004l\u001b[?1l\u001b[?25h';

/** Plain colours and the whole screen again, on a line of its own. */
const freshLine = '\u001b[!p\u001b[0m\r\n';
/** Out of the screen of a full-screen program. On the main screen it would move the cursor to a place long past. */
const mainScreen = '\u001b[?1049l';

/** One xterm, the port it reads and writes, and what may pass between the two. Knows no framework. */
export class TerminalController {
  readonly element = document.createElement('div');
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #hooks: TerminalHooks;
  readonly #resizes: ResizeObserver;
  readonly #search: TerminalSearch;
  #port: MessagePort | undefined;
  #window = createInputWindow();
  #pastes = createPasteTrack();
  /** xterm hands on what it is given to paste before it returns. */
  #isPasting = false;
  #input: 'open' | 'dead' = 'open';
  #copyOnSelect: boolean;
  #fitTimer: number | undefined;
  #pressed = false;

  constructor(settings: TerminalSettings, hooks: TerminalHooks, platform: 'linux' | 'darwin' | 'win32') {
    this.#hooks = hooks;
    this.#copyOnSelect = settings.copyOnSelect;
    this.element.className = 'terminal-host';
    const { match: _match, matchCurrent: _current, ...theme } = readTerminalTheme();
    this.#terminal = new Terminal({
      // The unicode and search addons need what xterm calls proposed.
      allowProposedApi: true,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--font-mono'),
      fontSize: settings.fontSize,
      lineHeight: 1.15,
      scrollback: settings.scrollback,
      cursorBlink: false,
      cursorInactiveStyle: 'outline',
      macOptionIsMeta: false,
      rightClickSelectsWord: false,
      minimumContrastRatio: 4.5,
      theme,
    });
    const terminal = this.#terminal;
    terminal.loadAddon(this.#fit);
    terminal.loadAddon(new UnicodeGraphemesAddon());
    watchLinks(terminal, hooks);
    this.#search = new TerminalSearch(terminal, (found) => hooks.onMatches(found));
    // A remote program may not touch the clipboard, neither to write it nor to read it.
    terminal.parser.registerOscHandler(52, () => true);
    terminal.onData((text) => this.#type(utf8.encode(text)));
    // Old mouse reports are bytes, one a character.
    terminal.onBinary((text) => this.#type(Uint8Array.from(text, (character) => character.charCodeAt(0))));
    terminal.onBell(() => hooks.onBell());
    terminal.onResize(({ cols, rows }) => {
      this.#post({ kind: 'size', cols, rows });
      hooks.onSize({ cols, rows });
    });
    this.#listen(platform);
    this.#resizes = new ResizeObserver(() => this.#fitSoon());
    this.#resizes.observe(this.element);
  }

  /** Draws xterm inside {@link element}, which must be in sight: the size of a cell is measured now. */
  open(): void {
    this.#terminal.open(this.element);
    this.fitNow();
  }

  isOpen(): boolean {
    return this.#terminal.element !== undefined;
  }

  size(): { cols: number; rows: number } {
    return { cols: this.#terminal.cols, rows: this.#terminal.rows };
  }

  /** Draws with the GPU. Goes back to the DOM renderer for good when the context is lost. */
  async useWebgl(): Promise<void> {
    const { WebglAddon } = await import('@xterm/addon-webgl');
    const addon = new WebglAddon();
    addon.onContextLoss(() => addon.dispose());
    this.#terminal.loadAddon(addon);
  }

  /** The session's bytes from now on. A port that follows another one begins with what main kept of the output. */
  usePort(port: MessagePort): void {
    const replaced = this.#port;
    this.#port = port;
    this.#window = createInputWindow();
    this.#pastes = createPasteTrack();
    this.#hooks.onPasteProgress(undefined);
    if (replaced !== undefined) {
      replaced.close();
      this.#terminal.reset();
    }
    const feed = new OutputFeed((pieces) => this.#write(port, pieces), feedClock);
    port.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
      if (port === this.#port) this.#receive(feed, data);
    });
    port.start();
    this.#post({ kind: 'size', ...this.size() });
  }

  /** `dead` while the session has ended: what is typed then goes to {@link TerminalHooks.onDeadInput}. */
  setInput(input: 'open' | 'dead'): void {
    if (input === this.#input) return;
    this.#input = input;
    if (input === 'dead') {
      this.#window.discard();
      this.#pastes = createPasteTrack();
      this.#send([]);
      this.#terminal.write(quietModes);
    }
    this.#terminal.options.cursorStyle = input === 'dead' ? 'underline' : 'block';
  }

  /** Begins a line of its own for the next session, below what is there. */
  separate(): void {
    // After what is still being parsed.
    this.#terminal.write('', () => {
      const isAlternate = this.#terminal.buffer.active.type === 'alternate';
      this.#terminal.write(isAlternate ? mainScreen + freshLine : freshLine);
    });
  }

  focus(): void {
    this.#terminal.focus();
  }

  fitNow(): void {
    window.clearTimeout(this.#fitTimer);
    this.#fitTimer = undefined;
    // Out of sight there is no size; the last one stays.
    if (!this.isOpen() || this.element.offsetParent === null) return;
    this.#fit.fit();
  }

  applySettings(settings: TerminalSettings): void {
    this.#copyOnSelect = settings.copyOnSelect;
    this.#terminal.options.fontSize = settings.fontSize;
    this.#terminal.options.scrollback = settings.scrollback;
    this.fitNow();
  }

  applyTheme(): void {
    const { match: _match, matchCurrent: _current, ...theme } = readTerminalTheme();
    this.#terminal.options.theme = theme;
  }

  selection(): string {
    return trimLines(this.#terminal.getSelection());
  }

  selectAll(): void {
    this.#terminal.selectAll();
  }

  clearSelection(): void {
    this.#terminal.clearSelection();
  }

  clearScrollback(): void {
    this.#terminal.clear();
  }

  isBracketed(): boolean {
    return this.#terminal.modes.bracketedPasteMode;
  }

  /** Text that the paste guard has passed. */
  paste(text: string): void {
    this.#isPasting = true;
    this.#terminal.paste(text);
    this.#isPasting = false;
    this.#terminal.focus();
  }

  /** Drops input that has not left the page: the way to stop a long paste. */
  stopInput(): void {
    this.#discardWaiting();
  }

  find(query: SearchQuery, direction: 'next' | 'previous' | 'type'): Promise<void> {
    return this.#search.find(query, direction);
  }

  clearFind(): void {
    this.#search.clear();
  }

  dispose(): void {
    window.clearTimeout(this.#fitTimer);
    this.#resizes.disconnect();
    window.removeEventListener('mouseup', this.#released);
    this.#port?.close();
    this.#port = undefined;
    this.#terminal.dispose();
    this.element.remove();
  }

  #receive(feed: OutputFeed, message: ToPage): void {
    if (message instanceof Uint8Array) {
      feed.push(message);
      return;
    }
    if (message.kind === 'accepted') {
      this.#send(this.#window.accepted(message.byteCount));
      return;
    }
    // The first thing a port says, if it says it: no output waits that it could overtake.
    this.#terminal.write('\u001b[2m… earlier output is not kept\u001b[0m\r\n');
  }

  #write(port: MessagePort, pieces: readonly Uint8Array[]): void {
    if (port !== this.#port) return;
    let byteCount = 0;
    for (const [index, bytes] of pieces.entries()) {
      byteCount += bytes.length;
      if (index < pieces.length - 1) this.#terminal.write(bytes);
      else this.#terminal.write(bytes, () => this.#parsed(port, byteCount));
    }
  }

  #parsed(port: MessagePort, byteCount: number): void {
    port.postMessage({ kind: 'consumed', byteCount } satisfies ToMain);
    this.#hooks.onOutput();
  }

  #type(bytes: Uint8Array): void {
    if (this.#input === 'dead') {
      this.#hooks.onDeadInput(bytes.length === 1 && bytes[0] === 0x0d);
      return;
    }
    // As a terminal driver does on an interrupt: what has not been read yet is thrown away.
    if (bytes.length === 1 && bytes[0] === 0x03 && this.#window.waiting() > 0) this.#discardWaiting();
    const start = this.#window.left() + this.#window.waiting();
    const pieces = this.#window.offer(bytes);
    if (pieces === undefined) {
      this.#hooks.onInputRefused();
      return;
    }
    if (this.#isPasting) this.#pastes.began(start, bytes.length, this.isBracketed());
    this.#send(pieces);
  }

  #send(pieces: readonly Uint8Array[]): void {
    for (const bytes of pieces) this.#post({ kind: 'input', bytes });
    this.#hooks.onInputWaiting(this.#window.waiting());
    this.#hooks.onPasteProgress(this.#pastes.progress(this.#window.left()));
  }

  /** A program that was told of a paste is told of its end, or it would take all that follows for more of it. */
  #discardWaiting(): void {
    if (this.#window.waiting() === 0) return;
    const { keep, closing } = this.#pastes.stop(this.#window.left());
    this.#window.discard(keep);
    this.#send(this.#window.offer(closing) ?? []);
  }

  #post(message: ToMain): void {
    this.#port?.postMessage(message);
  }

  #fitSoon(): void {
    this.#fitTimer ??= window.setTimeout(() => this.fitNow(), fitDelayMs);
  }

  #listen(platform: 'linux' | 'darwin' | 'win32'): void {
    // Before xterm, which would send the text without asking: also for a middle click and for Shift+Insert.
    this.element.addEventListener(
      'paste',
      (event) => {
        event.preventDefault();
        event.stopPropagation();
        this.#hooks.onPaste(event.clipboardData?.getData('text/plain') ?? '');
      },
      true,
    );
    this.element.addEventListener('mousedown', () => {
      this.#pressed = true;
    });
    window.addEventListener('mouseup', this.#released);
    this.#terminal.onSelectionChange(() => {
      if (!this.#pressed) this.#offerSelection();
    });
    if (platform === 'darwin') this.#terminal.options.macOptionClickForcesSelection = true;
  }

  readonly #released = (): void => {
    if (!this.#pressed) return;
    this.#pressed = false;
    this.#offerSelection();
  };

  #offerSelection(): void {
    if (this.#copyOnSelect && this.#terminal.hasSelection()) this.#hooks.onSelection(this.selection());
  }
}

/** Blank cells at the ends of lines are the screen's, not the text's. */
const trimLines = (text: string): string => text.replace(/[ \t\u00a0]+$/gm, '');
