import type { Door } from '../shared/door.ts';

declare global {
  interface Window {
    /** Put there by the preload script; the page's whole reach outside itself. */
    readonly nodewharf: Door;
  }
}
