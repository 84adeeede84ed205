import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AppErrorData } from '../../shared/errors.ts';
import { awsFacts, errorTitle, whereWords } from '../words/errors.ts';
import { CopyError } from './copy-error.tsx';
import './error-card.css';

/** What, why, what next, as whom and where, the service's own code and request id, and all of it to copy. */
export function ErrorCard({
  error,
  children,
}: {
  readonly error: AppErrorData;
  readonly children?: ReactNode;
}) {
  const facts = awsFacts(error);
  const where = whereWords(error);
  return (
    <section className="error-card" role="alert" data-testid="error-card" data-code={error.code}>
      <TriangleAlert className="icon error-mark" aria-hidden />
      <div className="error-body">
        <h2>{errorTitle(error.code)}</h2>
        <p className="error-attempted copyable">{error.attempted}</p>
        <p className="copyable">{error.message}</p>
        {error.hint !== '' && <p className="error-hint copyable">{error.hint}</p>}
        {(where !== '' || facts.length > 0) && (
          <div className="error-facts copyable">
            {where !== '' && <p>{where}</p>}
            {facts.length > 0 && (
              <ul className="mono">
                {facts.map((fact) => (
                  <li key={fact}>{fact}</li>
                ))}
              </ul>
            )}
          </div>
        )}
        <div className="error-actions">
          {children}
          <CopyError error={error} />
        </div>
      </div>
    </section>
  );
}
