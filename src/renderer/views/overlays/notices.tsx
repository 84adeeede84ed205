import { Check, TriangleAlert, X } from 'lucide-react';
import { withoutNotice } from '../../state/app-state.ts';
import { OrphanNotice } from '../orphans/orphan-notice.tsx';
import { useApp, useAppState } from '../use-app.ts';
import { IconButton } from '../icon-button.tsx';

export function Notices() {
  const { store } = useApp();
  const notices = useAppState((state) => state.notices);
  return (
    <div className="notices" role="log" aria-label="Notices">
      <OrphanNotice />
      {notices.map(({ id, tone, text, detail }) => (
        <div key={id} className="notice" data-tone={tone}>
          {tone === 'done' ? (
            <Check className="icon" aria-hidden />
          ) : (
            <TriangleAlert className="icon" aria-hidden />
          )}
          <div className="notice-words">
            <strong>{text}</strong>
            {detail !== undefined && <p className="copyable">{detail}</p>}
          </div>
          <IconButton
            label="Dismiss"
            onClick={() => store.change((state) => withoutNotice(state, id))}
            icon={X}
          />
        </div>
      ))}
    </div>
  );
}
