import { useAppState } from '../use-app.ts';

/** Where a link in a terminal leads, before anybody follows it. */
export function LinkTip() {
  const link = useAppState((state) => state.linkHover);
  const isMac = useAppState(
    (state) => state.start.kind === 'ready' && state.start.value.platform === 'darwin',
  );
  if (link === undefined) return null;
  const isLow = link.y > window.innerHeight - 80;
  return (
    <div
      className="tip link-tip"
      role="tooltip"
      style={{
        left: Math.max(8, Math.min(link.x, window.innerWidth - 440)),
        ...(isLow ? { bottom: window.innerHeight - link.y + 18 } : { top: link.y + 18 }),
      }}
    >
      <span className="mono">{link.url}</span>
      <span className="link-how">{isMac ? 'Cmd' : 'Ctrl'}+click to open</span>
    </div>
  );
}
