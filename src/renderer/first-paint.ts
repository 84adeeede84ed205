import { afterPaint } from './after-paint.ts';
import type { App } from './app.ts';

/** What waits until the node list is on screen: it is what a person looks for first. */
export function afterFirstPaint(app: App): void {
  const { store, workspace, sessions, terminals } = app;
  const hasNodes = (): boolean =>
    Object.values(store.read().inventories).some(({ nodes }) => nodes.length > 0);
  const mark = (): void => afterPaint(() => performance.mark('nodes-painted'));
  if (hasNodes()) mark();
  else {
    const unsubscribe = store.subscribe(() => {
      if (!hasNodes()) return;
      unsubscribe();
      mark();
    });
  }
  afterPaint(() => {
    for (const tab of store.read().tabs.items) {
      if (tab.kind === 'session' && tab.link.kind === 'session') void sessions.attach(tab.id, tab.link.key);
    }
    const { activeId } = store.read().tabs;
    if (activeId !== undefined) terminals.focus(activeId);
    workspace.refreshStale(Date.now());
    void workspace.loadSharedProfiles();
    window.setTimeout(() => void terminals.prepare(), 0);
  });
}
