import { ChevronDown } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { choiceName, type OfferedNode, offeredNodes } from '../nodes/node-choices.ts';
import type { NodeChoice } from '../state/commands.ts';
import { useApp, useAppState, useNodes } from './use-app.ts';
import './node-picker.css';

interface NodePickerProps {
  /** The id of the text field, for a label. */
  readonly id?: string;
  readonly label?: string;
  readonly value: NodeChoice | undefined;
  readonly onChange: (choice: NodeChoice) => void;
  readonly error?: string | undefined;
  readonly describedBy?: string | undefined;
}

/** A node of any profile by a few letters of its name, id or address: a text field with a list below. */
export function NodePicker({ id, label, value, onChange, error, describedBy }: NodePickerProps) {
  const { store } = useApp();
  const listId = useId();
  const [text, setText] = useState<string | undefined>(undefined);
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const nodes = useNodes();
  const { version } = nodes;
  const profile = useAppState((state) => state.profiles.find((known) => known.id === value?.profileId));
  const isOpen = text !== undefined;
  const offered = useMemo(
    () => (text === undefined ? [] : offeredNodes(nodes, store.read(), text)),
    // The index stays the same value when it changes; its version does not.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [store, nodes, version, text],
  );
  const current = offered[Math.min(at, offered.length - 1)];

  useEffect(() => {
    // In the top layer, so that neither a dialog nor a scrolled view cuts it off.
    if (isOpen) list.current?.showPopover();
  }, [isOpen]);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [current]);

  const close = (): void => {
    setText(undefined);
    setAt(0);
  };
  const choose = (node: OfferedNode): void => {
    onChange(node.choice);
    close();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) {
      if (isOpen) setAt(Math.max(0, Math.min(offered.length - 1, at + step)));
      else setText('');
    } else if (event.key === 'Enter' && isOpen && current !== undefined) choose(current);
    else if (event.key === 'Escape' && isOpen) {
      close();
    } else return;
    event.preventDefault();
  };

  return (
    <div className="node-picker" data-env={profile?.environment}>
      {profile !== undefined && !isOpen && <i className="env-bar" aria-hidden />}
      <input
        id={id}
        className="field"
        role="combobox"
        aria-label={label}
        aria-expanded={isOpen}
        aria-controls={listId}
        aria-activedescendant={isOpen && current !== undefined ? optionId(listId, current) : undefined}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={describedBy}
        data-invalid={value === undefined || undefined}
        data-testid="node-picker"
        placeholder="Node by name, id or address"
        spellCheck={false}
        autoComplete="off"
        style={{ anchorName: anchorOf(listId) }}
        value={text ?? (value === undefined ? '' : choiceName(value))}
        onFocus={({ target }) => target.select()}
        onClick={() => setText((known) => known ?? '')}
        onChange={({ target }) => {
          setText(target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        onBlur={close}
      />
      {profile !== undefined && !isOpen && <span className="picker-profile clip">{profile.name}</span>}
      <ChevronDown className="icon" aria-hidden />
      {isOpen && (
        <div
          ref={list}
          id={listId}
          className="picker-list"
          role="listbox"
          aria-label="Nodes"
          popover="manual"
          tabIndex={-1}
          style={{ positionAnchor: anchorOf(listId) }}
          // The field keeps the keyboard, or it would close the list under the press.
          onMouseDown={(event) => event.preventDefault()}
        >
          {offered.map((node) => (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the text field has the keyboard
            <div
              key={`${node.profile.id} ${node.choice.target}`}
              id={optionId(listId, node)}
              className="picker-item"
              role="option"
              aria-selected={node === current}
              tabIndex={-1}
              data-env={node.profile.environment}
              onClick={() => choose(node)}
            >
              <i className="env-bar" aria-hidden />
              <i className={`dot ${node.online === true ? 'live' : 'offline'}`} aria-hidden />
              <span className="picker-name clip">{node.name}</span>
              <span className="mono clip">{node.choice.target}</span>
              <span className="picker-profile clip">
                {node.profile.name}
                {node.online === false ? ', offline' : ''}
              </span>
            </div>
          ))}
          {offered.length === 0 && (
            <p className="picker-empty">
              No node fits. A whole id, such as i-0a31c0ffee12a9f2c, may be typed as well.
            </p>
          )}
        </div>
      )}
    </div>
  );
}

const optionId = (listId: string, { profile, choice }: OfferedNode): string =>
  `${listId}·${profile.id}·${choice.target}`;

/** A CSS name has no colons. */
const anchorOf = (listId: string): string => `--picker-${listId.replaceAll(/[^\w-]/g, '')}`;
