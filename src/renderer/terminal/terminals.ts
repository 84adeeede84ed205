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
  host: HTMLElement | undefined;
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
    // After the view has shown it: what is hidden takes no focus.
    requestAnimationFrame(() => this.#focusWanted());
  }

  all(): TerminalController[] {
    return [...this.#entries.values()].flatMap(({ controller }) => controller ?? []);
  }

  /** Puts the terminal into `host`, making it the first time. */
  async show(id: string, host: HTMLElement): Promise<void> {
    const entry = this.#entry(id);
    entry.host = host;
    if (entry.controller !== undefined) {
      host.append(entry.controller.element);
      return;
    }
    const [{ TerminalController: Controller }] = await Promise.all([loadController(), this.#loadFont()]);
    // While it was fetched the tab may have been closed, or another call may have come first.
    if (entry.closed || entry.controller !== undefined || entry.host === undefined) return;
    const controller = new Controller(this.#setup.settings(), this.#setup.hooks(id), this.#setup.platform());
    entry.controller = controller;
    entry.host.append(controller.element);
    const size = controller.open();
    controller.setInput(entry.input);
    if (entry.port !== undefined) controller.usePort(entry.port);
    if (this.#setup.webgl()) await controller.useWebgl();
    entry.settleOpened(size);
    this.#focusWanted();
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
    if (controller === undefined) return;
    this.#wanted = undefined;
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
      host: undefined,
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
