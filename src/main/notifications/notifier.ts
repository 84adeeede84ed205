import { Notification } from 'electron';

export interface NotifierOptions {
  /** The user has not switched them off, and is not looking at the window. */
  isWanted(): boolean;
  /** The user clicked on one. */
  onClick(key: string): void;
}

export interface News {
  /** The session that it is about. */
  key: string;
  title: string;
  body: string;
}

/** Notifications of the system, for what happens while nobody looks at the window. One a session: the newer takes its place. */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #shown = new Map<string, Notification>();

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  tell({ key, title, body }: News): void {
    if (!Notification.isSupported() || !this.#options.isWanted()) return;
    this.#shown.get(key)?.close();
    const notification = new Notification({ title, body });
    this.#shown.set(key, notification);
    const forget = (): void => {
      if (this.#shown.get(key) === notification) this.#shown.delete(key);
    };
    notification.on('click', () => {
      forget();
      this.#options.onClick(key);
    });
    notification.on('close', forget);
    notification.show();
  }

  close(): void {
    for (const notification of this.#shown.values()) notification.close();
    this.#shown.clear();
  }
}
