import { ChevronDown, Plus } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { shortcutLabel } from '../../commands/shortcuts.ts';
import { openMenu } from '../overlays/menu-store.ts';
import { useApp, useAppState } from '../use-app.ts';
import { TabView } from './tab-view.tsx';
import { tabTitle } from './tab-title.ts';
import { IconButton } from '../icon-button.tsx';
import './tabs.css';

export function TabStrip() {
  const { sessions, workspace, store } = useApp();
  const items = useAppState((state) => state.tabs.items);
  const activeId = useAppState((state) => state.tabs.activeId);
  const platform = useAppState((state) =>
    state.start.kind === 'ready' ? state.start.value.platform : 'linux',
  );
  const strip = useRef<HTMLDivElement>(null);
  const [overflows, setOverflows] = useState(false);

  useEffect(() => {
    const element = strip.current;
    if (element === null) return undefined;
    const measure = (): void => setOverflows(element.scrollWidth > element.clientWidth + 1);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [items.length]);

  useEffect(() => {
    if (activeId === undefined) return undefined;
    const tab = document.getElementById(`tab-${activeId}`);
    if (tab === null) return undefined;
    // Its width changes with the word for its state, and the strip's with the window.
    const observer = new ResizeObserver(() => tab.scrollIntoView({ block: 'nearest', inline: 'nearest' }));
    observer.observe(tab);
    if (strip.current !== null) observer.observe(strip.current);
    return () => observer.disconnect();
  }, [activeId]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const at = items.findIndex(({ id }) => `tab-${id}` === document.activeElement?.id);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: items.length - 1 }[event.key];
    const next = to === undefined ? undefined : items.at(to % Math.max(1, items.length));
    if (next === undefined) return;
    event.preventDefault();
    document.getElementById(`tab-${next.id}`)?.focus();
  };

  if (items.length === 0) return null;
  return (
    <div className="tab-bar">
      <div
        ref={strip}
        className="tab-strip"
        role="tablist"
        aria-label="Open tabs"
        tabIndex={-1}
        onKeyDown={onKeyDown}
        onWheel={(event) => {
          if (event.deltaX === 0) strip.current?.scrollBy({ left: event.deltaY });
        }}
      >
        {items.map((tab, place) => (
          <TabView key={tab.id} tab={tab} place={place} isActive={tab.id === activeId} />
        ))}
      </div>
      <IconButton
        label="New tab"
        tip={`New tab (${shortcutLabel('go-to-node', platform)})`}
        onClick={() => workspace.setDialog({ kind: 'palette', only: 'nodes' })}
        icon={Plus}
        className="tab-tool"
      />
      {overflows && (
        <button
          type="button"
          className="icon-button tab-tool tab-overflow"
          aria-label={`All ${items.length} tabs`}
          aria-haspopup="menu"
          data-tip="All tabs"
          onClick={(event) => {
            const { right, bottom } = event.currentTarget.getBoundingClientRect();
            openMenu(
              { x: right, y: bottom + 2 },
              items.map((tab) => ({
                label: tabTitle(tab),
                ...(tab.id === store.read().tabs.activeId ? { hint: 'shown' } : {}),
                run: () => sessions.activate(tab.id),
              })),
            );
          }}
        >
          <ChevronDown className="icon" aria-hidden />
        </button>
      )}
    </div>
  );
}
