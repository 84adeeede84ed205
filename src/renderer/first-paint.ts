import { afterPaint } from './after-paint.ts';
import type { App } from './app.ts';

/** A window that is hidden or covered is never painted; what waits for that must not wait for ever. */
const paintLimitMs = 1_000;

/** What waits until the node list is on screen: it is what a person looks for first. */
export function afterFirstPaint(app: App): void {
  const { store, nodes, workspace, lists, sessions, terminals } = app;
  const hasNodes = (): boolean => nodes.size > 0;
  const hadNodes = hasNodes();
  if (!hadNodes) {
    const unsubscribe = nodes.subscribe(() => {
      if (!hasNodes()) return;
      unsubscribe();
      afterPaint(() => performance.mark('nodes-painted'));
    });
  }
  onScreen((at) => {
    if (hadNodes) performance.mark('nodes-painted', { startTime: at });
    void workspace.painted();
    for (const tab of store.read().tabs.items) {
      if (tab.kind === 'session' && tab.link.kind === 'session') void sessions.attach(tab.id, tab.link.key);
    }
    const { activeId } = store.read().tabs;
    if (activeId !== undefined) terminals.focus(activeId);
    void lists.loadRecents();
    void workspace.loadSharedSettings();
    window.setTimeout(() => void terminals.prepare(), 0);
  });
}

/**
 * Calls back once the first text is on screen, with that moment. In software, drawing takes longer than all that leads up to
 * it, and whatever else is begun meanwhile takes its processor.
 */
function onScreen(done: (at: number) => void): void {
  let isDone = false;
  const once = (at: number): void => {
    if (isDone) return;
    isDone = true;
    observer.disconnect();
    window.clearTimeout(timer);
    done(at);
  };
  const observer = new PerformanceObserver((list) => {
    const [first] = list.getEntriesByName('first-contentful-paint');
    if (first !== undefined) once(first.startTime);
  });
  const timer = window.setTimeout(() => once(performance.now()), paintLimitMs);
  observer.observe({ type: 'paint', buffered: true });
}
