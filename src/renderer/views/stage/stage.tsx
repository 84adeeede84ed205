import { lazy, Suspense } from 'react';
import { useAppState } from '../use-app.ts';
import { SessionPanel } from './session-panel.tsx';
import { Welcome } from './welcome.tsx';
import './stage.css';

const HistoryView = lazy(() => import('../history/history-view.tsx'));

/** The active tab's content. Terminals of the other tabs stay in place, out of sight, and go on reading. */
export function Stage() {
  const items = useAppState((state) => state.tabs.items);
  const activeId = useAppState((state) => state.tabs.activeId);
  if (items.length === 0) return <Welcome />;
  return (
    <div className="stage">
      {items.map((tab) =>
        tab.kind === 'session' ? (
          <SessionPanel key={tab.id} tab={tab} isActive={tab.id === activeId} />
        ) : (
          tab.id === activeId && (
            <Suspense key={tab.id}>
              <HistoryView />
            </Suspense>
          )
        ),
      )}
    </div>
  );
}
