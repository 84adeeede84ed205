import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import './popover-field.css';

/** The open list, for {@link PopoverRows} and {@link PopoverRow}. */
export interface PopoverList {
  readonly id: string;
  /** The row under the arrow keys; -1: none. */
  readonly at: number;
  /** Takes a row and closes the list. */
  choose(at: number): void;
}

interface PopoverFieldProps {
  readonly id?: string | undefined;
  /** Names the field where no label does. */
  readonly label?: string | undefined;
  readonly testId?: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly isMono?: boolean;
  readonly error: string | undefined;
  readonly isWrong: boolean;
  readonly describedBy: string | undefined;
  readonly isRequired?: boolean;
  readonly hasAutoFocus?: boolean;
  /** What is in the field gives way to what is typed. */
  readonly selectsOnFocus?: boolean;
  /** How many rows the arrow keys go through. */
  readonly count: number;
  /** The row that Enter takes while the arrow keys were not used; where absent, what is typed counts as it is. */
  readonly firstAt?: number;
  readonly onChoose: (at: number) => void;
  /** Something was typed; the list is open by then. */
  readonly onChange: (value: string) => void;
  readonly onOpen?: () => void;
  readonly onClose?: () => void;
  /** The keyboard has gone from the field and its list. */
  readonly onLeave?: () => void;
  /** What stands in the list. Null: nothing to open. */
  readonly children: (list: PopoverList) => ReactNode;
}

/**
 * A text field with a list below, whose rows are taken by a click, or by the arrow keys and Enter. The list is in the top
 * layer, so that neither a dialog nor a scrolled view cuts it off.
 */
export function PopoverField(props: PopoverFieldProps) {
  const { count, firstAt = -1, onChoose, onChange, onOpen, onClose, onLeave, children } = props;
  const listId = useId();
  const [isOpen, setOpen] = useState(false);
  const [moved, setMoved] = useState<number | undefined>(undefined);
  const root = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const at = Math.min(moved ?? firstAt, count - 1);

  const open = (): void => {
    if (isOpen) return;
    setOpen(true);
    onOpen?.();
  };
  const close = (): void => {
    if (!isOpen) return;
    setOpen(false);
    setMoved(undefined);
    onClose?.();
  };
  const choose = (row: number): void => {
    onChoose(row);
    close();
  };
  const content = isOpen ? children({ id: listId, at, choose }) : null;
  const isShown = content !== null;

  useEffect(() => {
    if (isShown) panel.current?.showPopover();
  }, [isShown]);
  useEffect(() => {
    if (isShown) panel.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [isShown, at]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) {
      if (isOpen) setMoved(Math.max(Math.min(0, firstAt), Math.min(count - 1, at + step)));
      else open();
    } else if (event.key === 'Enter' && isShown && at >= 0) choose(at);
    else if (event.key === 'Escape' && isShown) close();
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
        onLeave?.();
      }}
    >
      <input
        id={props.id}
        className={`field ${props.isMono === true ? 'mono' : ''}`}
        role="combobox"
        aria-label={props.label}
        aria-autocomplete="list"
        aria-expanded={isShown}
        aria-controls={isShown && count > 0 ? listId : undefined}
        aria-activedescendant={isShown && at >= 0 ? rowId(listId, at) : undefined}
        aria-required={props.isRequired || undefined}
        aria-invalid={props.error !== undefined || undefined}
        aria-describedby={props.describedBy}
        data-invalid={props.isWrong || undefined}
        data-testid={props.testId}
        placeholder={props.placeholder}
        spellCheck={false}
        autoComplete="off"
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the first field of a form that was asked for
        autoFocus={props.hasAutoFocus}
        style={{ anchorName: anchorOf(listId) }}
        value={props.value}
        onFocus={({ target }) => props.selectsOnFocus === true && target.select()}
        onClick={open}
        onChange={({ target }) => {
          open();
          setMoved(undefined);
          onChange(target.value);
        }}
        onKeyDown={onKeyDown}
      />
      {isShown && (
        <div
          ref={panel}
          className="popover-panel"
          role="presentation"
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

interface PopoverRowsProps {
  readonly list: PopoverList;
  readonly label: string;
  readonly children: readonly ReactNode[];
  /** In place of no rows. */
  readonly empty?: string;
}

export function PopoverRows({ list, label, children, empty }: PopoverRowsProps) {
  if (children.length === 0) return empty === undefined ? null : <p className="popover-empty">{empty}</p>;
  return (
    <div id={list.id} className="popover-rows" role="listbox" aria-label={label}>
      {children}
    </div>
  );
}

interface PopoverRowProps {
  readonly list: PopoverList;
  readonly at: number;
  readonly className?: string;
  readonly title?: string | undefined;
  /** Colours what is of an environment. */
  readonly env?: string;
  readonly children: ReactNode;
}

export function PopoverRow({ list, at, className = '', title, env, children }: PopoverRowProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the text field has the keyboard
    <div
      id={rowId(list.id, at)}
      className={`popover-row ${className}`}
      role="option"
      aria-selected={at === list.at}
      tabIndex={-1}
      title={title}
      data-env={env}
      // The field keeps the keyboard, or it would close the list under the press.
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => list.choose(at)}
    >
      {children}
    </div>
  );
}

const rowId = (listId: string, at: number): string => `${listId}-${at}`;

/** A CSS name has no colons. */
const anchorOf = (listId: string): string => `--popover-${listId.replaceAll(/[^\w-]/g, '')}`;
