import { lazy, Suspense } from 'react';
import { useAppState } from '../use-app.ts';
import { SessionPanel } from './session-panel.tsx';
import { Welcome } from './welcome.tsx';
import './stage.css';

/** Each in a chunk of its own, fetched when it is first opened. */
const views = {
  history: lazy(() => import('../history/history-view.tsx')),
  tunnels: lazy(() => import('../tunnels/tunnels-view.tsx')),
  commands: lazy(() => import('../commands/commands-view.tsx')),
};

/** The active tab's content. Terminals of the other tabs stay in place, out of sight, and go on reading. */
export function Stage() {
  const items = useAppState((state) => state.tabs.items);
  const activeId = useAppState((state) => state.tabs.activeId);
  if (items.length === 0) return <Welcome />;
  return (
    <div className="stage">
      {items.map((tab) => {
        if (tab.kind === 'session') {
          return <SessionPanel key={tab.id} tab={tab} isActive={tab.id === activeId} />;
        }
        const View = views[tab.kind];
        return (
          tab.id === activeId && (
            <Suspense key={tab.id}>
              <View />
            </Suspense>
          )
        );
      })}
    </div>
  );
}
