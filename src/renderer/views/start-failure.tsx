import type { AppErrorData } from '../../shared/errors.ts';
import { ErrorCard } from './error-card.tsx';
import { useApp } from './use-app.ts';

/** The window's only content when it could not learn what there is to show. */
export function StartFailure({ error }: { readonly error: AppErrorData }) {
  const { workspace } = useApp();
  return (
    <main className="stage-centre">
      <ErrorCard error={error}>
        <button type="button" className="button primary" onClick={() => void workspace.load()}>
          Try again
        </button>
      </ErrorCard>
    </main>
  );
}
