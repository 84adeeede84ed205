import type { TerminalController, TerminalHooks, TerminalSettings } from './terminal-controller.ts';

export interface TerminalSetup {
  readonly settings: () => TerminalSettings;
  readonly platform: () => 'linux' | 'darwin' | 'win32';
  readonly webgl: () => boolean;
  readonly hooks: (id: string) => TerminalHooks;
}

interface Entry {
  readonly opened: Promise<{ cols: number; rows: number }>;
  readonly settleOpened: (size: { cols: number; rows: number }) => void;
  controller: TerminalController | undefined;
  host: HTMLElement;
  isVisible: boolean;
  port: MessagePort | undefined;
  input: 'open' | 'dead';
  closed: boolean;
}

const loadController = () => import('./terminal-controller.ts');

/**
 * The terminals of the page by tab id. Owns them from the tab's opening to its closing, whether or not a view shows
 * them; xterm itself is fetched when the first one is needed, or before, when the page has nothing else to do.
 */
export class Terminals {
  readonly #entries = new Map<string, Entry>();
  readonly #setup: TerminalSetup;
  /** The terminal that gets the keyboard when it is there. */
  #wanted: string | undefined;

  constructor(setup: TerminalSetup) {
    this.#setup = setup;
  }

  /** Fetches xterm and the font it measures, ahead of need. */
  async prepare(): Promise<void> {
    await Promise.all([loadController(), this.#loadFont()]);
  }

  /** The first fitting size, once a view has given the terminal its place. */
  open(id: string): Promise<{ cols: number; rows: number }> {
    return this.#entry(id).opened;
  }

  get(id: string): TerminalController | undefined {
    return this.#entries.get(id)?.controller;
  }

  /** Gives it the keyboard, as soon as it is there and shown. */
  focus(id: string): void {
    this.#wanted = id;
    // Once more in the next frame: the press on a tab that asked for this moves the keyboard to the tab afterwards.
    requestAnimationFrame(() => this.#focusWanted());
  }

  all(): TerminalController[] {
    return [...this.#entries.values()].flatMap(({ controller }) => controller ?? []);
  }

  /** Puts the terminal into `host`, making it the first time. It is drawn once `isVisible`: till then it only reads. */
  async show(id: string, host: HTMLElement, isVisible: boolean): Promise<void> {
    const entry = this.#entry(id);
    entry.host = host;
    entry.isVisible = isVisible;
    if (entry.controller === undefined) {
      const [{ TerminalController: Controller }] = await Promise.all([loadController(), this.#loadFont()]);
      // While it was fetched the tab may have been closed, or another call may have come first.
      if (entry.closed) return;
      entry.controller ??= this.#create(id, entry, Controller);
    }
    const { controller } = entry;
    if (controller.element.parentElement !== entry.host) entry.host.append(controller.element);
    if (!entry.isVisible) return;
    if (controller.isOpen()) controller.fitNow();
    else {
      controller.open();
      if (this.#setup.webgl()) void controller.useWebgl();
      entry.settleOpened(controller.size());
    }
    this.#focusWanted();
  }

  #create(id: string, entry: Entry, Controller: typeof TerminalController): TerminalController {
    const controller = new Controller(this.#setup.settings(), this.#setup.hooks(id), this.#setup.platform());
    controller.setInput(entry.input);
    if (entry.port !== undefined) controller.usePort(entry.port);
    return controller;
  }

  usePort(id: string, port: MessagePort): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      port.close();
      return;
    }
    entry.port = port;
    entry.controller?.usePort(port);
  }

  setInput(id: string, input: 'open' | 'dead'): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.input = input;
    entry.controller?.setInput(input);
  }

  close(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    entry.closed = true;
    if (entry.controller === undefined) entry.port?.close();
    else entry.controller.dispose();
  }

  #focusWanted(): void {
    const controller = this.#wanted === undefined ? undefined : this.get(this.#wanted);
    // What is hidden takes no focus; it is asked again once it is shown.
    if (controller === undefined || controller.element.offsetParent === null) return;
    controller.focus();
  }

  #entry(id: string): Entry {
    const known = this.#entries.get(id);
    if (known !== undefined) return known;
    let settleOpened: Entry['settleOpened'] = () => undefined;
    const opened = new Promise<{ cols: number; rows: number }>((resolve) => {
      settleOpened = resolve;
    });
    const entry: Entry = {
      opened,
      settleOpened,
      controller: undefined,
      host: document.createElement('div'),
      isVisible: false,
      port: undefined,
      input: 'open',
      closed: false,
    };
    this.#entries.set(id, entry);
    return entry;
  }

  /** xterm measures a cell once: with the wrong font it would stay wrong. */
  async #loadFont(): Promise<void> {
    const family = getComputedStyle(document.documentElement).getPropertyValue('--font-mono').split(',')[0];
    const size = `${this.#setup.settings().fontSize}px ${family ?? 'monospace'}`;
    await Promise.all([document.fonts.load(size), document.fonts.load(`bold ${size}`)]);
  }
}
