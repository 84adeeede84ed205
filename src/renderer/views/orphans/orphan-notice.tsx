import { Unplug } from 'lucide-react';
import { count } from '../../words/numbers.ts';
import { useApp, useAppState } from '../use-app.ts';

/** Calm, and there until somebody has decided: sessions that an earlier run of the app could not end. */
export function OrphanNotice() {
  const { orphans } = useApp();
  const found = useAppState((state) => (state.orphansPutOff ? 0 : state.orphans.length));
  const isReviewing = useAppState((state) => state.dialog?.kind === 'orphans');
  if (found === 0 || isReviewing) return null;
  return (
    <div className="notice orphan-notice" role="status" data-testid="orphan-notice">
      <Unplug className="icon" aria-hidden />
      <div className="notice-words">
        <strong>
          {count(found, 'session')} of an earlier run {found === 1 ? 'is' : 'are'} still open
        </strong>
        <p>Nodewharf had stopped before it could end {found === 1 ? 'it' : 'them'}.</p>
        <div className="orphan-actions">
          <button type="button" className="button small primary" onClick={() => orphans.review()}>
            Review…
          </button>
          <button type="button" className="button small" onClick={() => orphans.putOff()}>
            Ask again next time
          </button>
        </div>
      </div>
    </div>
  );
}
