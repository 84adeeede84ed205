import { Copy } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AppErrorData } from '../../../shared/errors.ts';
import { errorReport } from '../../words/errors.ts';
import { useApp } from '../use-app.ts';

interface BarProps {
  readonly tone: 'quiet' | 'info' | 'attention' | 'danger';
  /** Under the terminal, over its last rows, or over its upper right corner. */
  readonly place: 'under' | 'over' | 'float';
  readonly icon: ReactNode;
  readonly children: ReactNode;
}

/** One calm line about a session. */
export function Bar({ tone, place, icon, children }: BarProps) {
  return (
    <div className="state-bar" data-tone={tone} data-place={place} data-testid="state-bar" role="status">
      {icon}
      {children}
    </div>
  );
}

export function CopyError({ error }: { readonly error: AppErrorData }) {
  const { terminal } = useApp();
  return (
    <button
      type="button"
      className="button small"
      onClick={() => void terminal.copyWithNotice(errorReport(error), 'Error')}
    >
      <Copy className="icon" aria-hidden />
      Copy details
    </button>
  );
}
