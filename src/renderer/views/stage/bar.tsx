import type { ReactNode } from 'react';

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
