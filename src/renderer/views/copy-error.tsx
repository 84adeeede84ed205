import { Copy } from 'lucide-react';
import type { AppErrorData } from '../../shared/errors.ts';
import { errorReport } from '../words/errors.ts';
import { useApp } from './use-app.ts';

/** Copies all that is known of an error, for whoever has to mend it. */
export function CopyError({
  error,
  isSmall = false,
}: {
  readonly error: AppErrorData;
  readonly isSmall?: boolean;
}) {
  const { terminal } = useApp();
  return (
    <button
      type="button"
      className={isSmall ? 'button small' : 'button'}
      onClick={() => void terminal.copyWithNotice(errorReport(error), 'Error')}
    >
      <Copy className="icon" aria-hidden />
      Copy details
    </button>
  );
}
