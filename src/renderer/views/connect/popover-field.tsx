import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';

interface PopoverFieldProps {
  readonly id: string;
  readonly value: string;
  readonly placeholder: string;
  readonly isMono?: boolean;
  readonly error: string | undefined;
  readonly isWrong: boolean;
  readonly describedBy: string | undefined;
  readonly isRequired?: boolean;
  readonly hasAutoFocus?: boolean;
  readonly label: string;
  /** How many lines the arrow keys go through. */
  readonly count: number;
  /** Takes the line that the arrow keys stand on. */
  readonly onChoose: (at: number) => void;
  readonly onChange: (value: string) => void;
  readonly onOpen?: () => void;
  readonly onLeave: () => void;
  /** The list, where `at` is the line under the arrow keys; -1 while they were not used. Undefined: nothing to open. */
  readonly children: (list: {
    readonly listId: string;
    readonly at: number;
    readonly close: () => void;
  }) => ReactNode;
}

/**
 * A text field with suggestions below. What is typed counts as it is; a suggestion is taken by a click, or by the arrow keys
 * and Enter. The list is in the top layer, so that no dialog cuts it off.
 */
export function PopoverField(props: PopoverFieldProps) {
  const { id, count, onChoose, onChange, onOpen, onLeave, children } = props;
  const listId = useId();
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const root = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const content = isOpen ? children({ listId, at: Math.min(at, count - 1), close }) : undefined;
  const isShown = content !== undefined && content !== null;

  useEffect(() => {
    if (isShown) panel.current?.showPopover();
  }, [isShown]);
  useEffect(() => {
    panel.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  function close(): void {
    setOpen(false);
    setAt(-1);
  }
  const open = (): void => {
    if (isOpen) return;
    setOpen(true);
    onOpen?.();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) {
      if (isOpen) setAt(Math.max(-1, Math.min(count - 1, at + step)));
      else open();
    } else if (event.key === 'Enter' && isShown && at >= 0 && at < count) {
      onChoose(at);
      close();
    } else if (event.key === 'Escape' && isShown) close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={root}
      className="popover-field"
      onBlur={({ relatedTarget }) => {
        if (root.current?.contains(relatedTarget) === true) return;
        close();
        onLeave();
      }}
    >
      <input
        id={id}
        className={`field ${props.isMono === true ? 'mono' : ''}`}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={isShown}
        aria-controls={listId}
        aria-activedescendant={isShown && at >= 0 ? `${listId}-${at}` : undefined}
        aria-required={props.isRequired || undefined}
        aria-invalid={props.error !== undefined || undefined}
        aria-describedby={props.describedBy}
        data-invalid={props.isWrong || undefined}
        placeholder={props.placeholder}
        spellCheck={false}
        autoComplete="off"
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the first field of a form that was asked for
        autoFocus={props.hasAutoFocus}
        style={{ anchorName: anchorOf(listId) }}
        value={props.value}
        onClick={open}
        onChange={({ target }) => {
          onChange(target.value);
          setAt(-1);
          open();
        }}
        onKeyDown={onKeyDown}
      />
      {isShown && (
        <div
          ref={panel}
          id={listId}
          className="popover-panel"
          role="dialog"
          aria-label={props.label}
          popover="manual"
          tabIndex={-1}
          style={{ positionAnchor: anchorOf(listId) }}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            root.current?.querySelector('input')?.focus();
            close();
          }}
        >
          {content}
        </div>
      )}
    </div>
  );
}

/** A CSS name has no colons. */
const anchorOf = (listId: string): string => `--popover-${listId.replaceAll(/[^\w-]/g, '')}`;
