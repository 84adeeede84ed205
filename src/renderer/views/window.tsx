import { lazy, Suspense, useEffect, useState } from 'react';
import { afterPaint } from '../after-paint.ts';
import { useShortcuts } from '../commands/use-shortcuts.ts';
import { Inspector, useStats } from './inspector.tsx';
import { Sidebar } from './sidebar/sidebar.tsx';
import { Stage } from './stage/stage.tsx';
import { StatusBar } from './status-bar.tsx';
import { TabStrip } from './tabs/tab-strip.tsx';
import { TopBar } from './top-bar.tsx';
import { StartFailure } from './start-failure.tsx';
import { inspectorFromWidth, withPanels } from '../state/app-state.ts';
import { useApp, useAppState } from './use-app.ts';
import './window.css';

// Dialogs, menus and tooltips come with a kit that the first paint does not need.
const Overlays = lazy(() => import('./overlays/overlays.tsx'));

/** The whole window. */
export function Window() {
  const start = useAppState((state) => state.start);
  const panels = useAppState((state) => state.panels);
  const hasInspector = useAppState(
    (state) =>
      state.panels.inspector &&
      state.tabs.items.some(({ id, kind }) => id === state.tabs.activeId && kind === 'session'),
  );
  const [isSettled, setSettled] = useState(false);
  useEffect(() => afterPaint(() => setSettled(true)), []);
  useShortcuts();
  useStats();
  useInspectorRoom();

  if (start.kind === 'failed') return <StartFailure error={start.error} />;
  return (
    <div className="window">
      <TopBar />
      <div className="middle">
        {panels.sidebar && <Sidebar />}
        <main className="main">
          <TabStrip />
          <Stage />
        </main>
        {hasInspector && <Inspector />}
      </div>
      <StatusBar />
      {isSettled && (
        <Suspense>
          <Overlays />
        </Suspense>
      )}
    </div>
  );
}

/** Closes the inspector when the window gets too narrow for it. It is opened again by hand, also in a narrow window. */
function useInspectorRoom(): void {
  const { store } = useApp();
  useEffect(() => {
    const narrow = window.matchMedia(`(width < ${inspectorFromWidth}px)`);
    const onChange = (): void => {
      if (narrow.matches) store.change((state) => withPanels(state, { inspector: false }));
    };
    narrow.addEventListener('change', onChange);
    return () => narrow.removeEventListener('change', onChange);
  }, [store]);
}
