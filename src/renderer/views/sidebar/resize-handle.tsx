import type { KeyboardEvent, PointerEvent } from 'react';
import { narrowSidebar, wideSidebar, withPanels } from '../../state/app-state.ts';
import { useApp, useAppState } from '../use-app.ts';

const keyStep = 16;

/** The sidebar's right edge, for a pointer or the arrow keys. */
export function ResizeHandle() {
  const { store } = useApp();
  const width = useAppState((state) => state.panels.sidebarWidth);
  const setWidth = (wanted: number): void => {
    const sidebarWidth = Math.round(Math.max(narrowSidebar, Math.min(wideSidebar, wanted)));
    store.change((state) => withPanels(state, { sidebarWidth }));
  };
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) setWidth(event.clientX);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    event.stopPropagation();
    setWidth(width + (event.key === 'ArrowLeft' ? -keyStep : keyStep));
  };
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a focusable separator is a control; <hr> is not
    <div
      className="resize-handle"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the node list"
      aria-valuemin={narrowSidebar}
      aria-valuemax={wideSidebar}
      aria-valuenow={width}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
    />
  );
}
