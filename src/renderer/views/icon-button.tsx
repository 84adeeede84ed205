import type { LucideIcon } from 'lucide-react';
import type { MouseEvent } from 'react';

interface IconButtonProps {
  /** What it does, for those who do not see the icon. */
  readonly label: string;
  readonly icon: LucideIcon;
  /** What is shown on hover; nothing when absent. */
  readonly tip?: string;
  /** On or off, for a button that stays pressed. */
  readonly pressed?: boolean;
  readonly className?: string;
  readonly onClick: (event: MouseEvent<HTMLButtonElement>) => void;
}

/** A button that is an icon, with a name. */
export function IconButton({ label, icon: Icon, tip, pressed, className, onClick }: IconButtonProps) {
  return (
    <button
      type="button"
      className={className === undefined ? 'icon-button' : `icon-button ${className}`}
      aria-label={label}
      aria-pressed={pressed}
      data-tip={tip}
      onClick={onClick}
    >
      <Icon className="icon" aria-hidden />
    </button>
  );
}
