import type { App } from './app.ts';

/** Keeps `data-theme` at the theme that applies, and the terminals at theirs and at their settings. */
export function followSettings({ store, terminals }: App): void {
  const systemLight = window.matchMedia('(prefers-color-scheme: light)');
  const moreContrast = window.matchMedia('(prefers-contrast: more)');
  let known = store.read().settings;

  const applyTheme = (): void => {
    const { theme } = store.read().settings;
    const resolved = theme === 'system' ? (systemLight.matches ? 'light' : 'dark') : theme;
    if (document.documentElement.dataset['theme'] === resolved) return;
    document.documentElement.dataset['theme'] = resolved;
    for (const controller of terminals.all()) controller.applyTheme();
  };
  const applySettings = (): void => {
    const { settings } = store.read();
    if (settings === known) return;
    known = settings;
    applyTheme();
    for (const controller of terminals.all()) controller.applySettings(settings);
  };

  applyTheme();
  store.subscribe(applySettings);
  systemLight.addEventListener('change', applyTheme);
  moreContrast.addEventListener('change', () => {
    for (const controller of terminals.all()) controller.applyTheme();
  });
}
