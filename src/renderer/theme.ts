import type { App } from './app.ts';

/** Keeps `data-theme` at the theme that applies, and tells the terminals. The tokens do the rest. */
export function followTheme({ store, terminals }: App): void {
  const systemLight = window.matchMedia('(prefers-color-scheme: light)');
  const moreContrast = window.matchMedia('(prefers-contrast: more)');
  const apply = (): void => {
    const { theme } = store.read().settings;
    const resolved = theme === 'system' ? (systemLight.matches ? 'light' : 'dark') : theme;
    if (document.documentElement.dataset['theme'] === resolved) return;
    document.documentElement.dataset['theme'] = resolved;
    for (const controller of terminals.all()) controller.applyTheme();
  };
  apply();
  store.subscribe(apply);
  systemLight.addEventListener('change', apply);
  moreContrast.addEventListener('change', () => {
    for (const controller of terminals.all()) controller.applyTheme();
  });
}
