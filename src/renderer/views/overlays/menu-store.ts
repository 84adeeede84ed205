export type MenuItem =
  | 'line'
  | {
      readonly label: string;
      readonly hint?: string;
      readonly danger?: boolean;
      readonly disabled?: boolean;
      readonly run: () => void;
    };

export interface OpenMenu {
  /** CSS pixels of the window. */
  readonly x: number;
  readonly y: number;
  readonly items: readonly MenuItem[];
}

let current: OpenMenu | undefined;
const listeners = new Set<() => void>();

function set(menu: OpenMenu | undefined): void {
  current = menu;
  for (const listener of listeners) listener();
}

/** Opens the window's one menu at a place; drawn by overlays/menu.tsx, which is fetched after the first paint. */
export const openMenu = (at: { x: number; y: number }, items: readonly MenuItem[]): void =>
  set({ ...at, items });
export const closeMenu = (): void => set(undefined);
export const readMenu = (): OpenMenu | undefined => current;
export function subscribeMenu(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
