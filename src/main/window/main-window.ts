import { join } from 'node:path';
import { BrowserWindow, dialog, nativeTheme, type WebContents } from 'electron';
import { pageUrl } from './app-url.ts';
import { fenceContents, fenceSession } from './fences.ts';
import type { WindowPlace } from './window-bounds.ts';

const firstSize = { width: 1280, height: 820 };
/** The smallest window that still has a terminal of 80 columns beside the node list. */
const smallestSize = { minWidth: 720, minHeight: 420 };

/** The page's own ground (its token `--surface-terminal`), so that nothing flashes before it is drawn. */
const grounds = { dark: '#0f1317', light: '#ffffff' };

/** A page that dies this often within a minute would die for ever. */
const maxCrashes = 3;
const crashWindowMs = 60_000;

export interface WindowEvents {
  /** The window is on screen, drawn. */
  onShown(): void;
  /** The user wants it closed; it stays open until it is destroyed. */
  onCloseAsked(): void;
  onPlaceChanged(place: WindowPlace): void;
  /** The page crashes again and again. */
  onHopeless(): void;
}

/** The one window, sandboxed like a browser's tab. Sessions are not its own: its page may crash and come back. */
export class MainWindow {
  readonly #window: BrowserWindow;

  /** Begins to load the page; calls must be answered from then on. */
  constructor(place: WindowPlace | undefined, events: WindowEvents) {
    const window = new BrowserWindow({
      ...firstSize,
      ...place?.bounds,
      ...smallestSize,
      show: false,
      backgroundColor: ground(),
      webPreferences: {
        preload: join(import.meta.dirname, '../preload/index.cjs'),
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        navigateOnDragDrop: false,
        spellcheck: false,
        // What was compiled at the first start is kept for the second, not only from the third on.
        v8CacheOptions: 'bypassHeatCheck',
        // A minimised window must go on reading output: a remote program that nobody reads from stands still.
        backgroundThrottling: false,
      },
    });
    this.#window = window;
    fenceSession(window.webContents.session);
    fenceContents(window.webContents);
    // Its accelerators work; a bar would cost a line, and Alt belongs to the shell.
    window.setMenuBarVisibility(false);
    window.once('ready-to-show', () => {
      if (place?.isMaximised === true) window.maximize();
      window.show();
      events.onShown();
    });
    window.on('close', (event) => {
      event.preventDefault();
      events.onPlaceChanged(placeOf(window));
      events.onCloseAsked();
    });
    this.#reviveAfterCrashes(events.onHopeless);
    nativeTheme.on('updated', this.#repaintGround);
    void window.loadURL(pageUrl);
  }

  /** The page's contents while they can be spoken to. */
  get contents(): WebContents | undefined {
    if (this.#window.isDestroyed()) return undefined;
    const { webContents } = this.#window;
    return webContents.isDestroyed() || webContents.isCrashed() ? undefined : webContents;
  }

  /** The user is looking at it, as far as the system tells. */
  get isInFront(): boolean {
    return !this.#window.isDestroyed() && this.#window.isFocused() && this.#window.isVisible();
  }

  focus(): void {
    if (this.#window.isDestroyed()) return;
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
  }

  /** The system's dialog for one file. Undefined when the user closes it. */
  async chooseFile(name: string, extensions: string[]): Promise<string | undefined> {
    const { filePaths } = await dialog.showOpenDialog(this.#window, {
      properties: ['openFile', 'showHiddenFiles'],
      filters: [
        { name, extensions },
        { name: 'All files', extensions: ['*'] },
      ],
    });
    return filePaths[0];
  }

  hide(): void {
    if (!this.#window.isDestroyed()) this.#window.hide();
  }

  /** Closes it without asking anybody. */
  destroy(): void {
    nativeTheme.off('updated', this.#repaintGround);
    if (!this.#window.isDestroyed()) this.#window.destroy();
  }

  readonly #repaintGround = (): void => {
    if (!this.#window.isDestroyed()) this.#window.setBackgroundColor(ground());
  };

  #reviveAfterCrashes(onHopeless: () => void): void {
    let crashes: number[] = [];
    this.#window.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason === 'clean-exit' || this.#window.isDestroyed()) return;
      const now = performance.now();
      crashes = [...crashes.filter((at) => now - at < crashWindowMs), now];
      if (crashes.length >= maxCrashes) onHopeless();
      else this.#window.webContents.reload();
    });
  }
}

function ground(): string {
  return nativeTheme.shouldUseDarkColors ? grounds.dark : grounds.light;
}

function placeOf(window: BrowserWindow): WindowPlace {
  // What a maximised window goes back to.
  return { bounds: window.getNormalBounds(), isMaximised: window.isMaximized() };
}
