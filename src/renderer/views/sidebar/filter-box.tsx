import { ListTree, X } from 'lucide-react';
import { type KeyboardEvent, useId, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { filterId } from '../../commands/commands.ts';
import type { NodeQuery } from '../../nodes/query.ts';
import { suggest, type Suggestion } from '../../nodes/suggestions.ts';
import { withList } from '../../state/app-state.ts';
import { remoteText } from '../../words/remote-text.ts';
import { IconButton } from '../icon-button.tsx';
import { openMenu } from '../overlays/menu-store.ts';
import { useApp, useAppState, useNodes } from '../use-app.ts';
import { groupingItems } from './grouping-menu.ts';

interface FilterBoxProps {
  readonly query: NodeQuery;
  /** The DOM id of the row that Enter connects to. */
  readonly activeRow: string | undefined;
}

/** The filter, ways to go on with it, and what is wrong with it. */
export function FilterBox({ query, activeRow }: FilterBoxProps) {
  const app = useApp();
  const { store } = app;
  const nodes = useNodes();
  const filter = useAppState((state) => state.list.filter);
  const profiles = useAppState((state) => state.profiles);
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const [caret, setCaret] = useState(0);
  const [hasFocus, setFocus] = useState(false);
  const [isPutOff, setPutOff] = useState(false);
  const [at, setAt] = useState(-1);

  const { kind, items } = useMemo(
    () => suggest(filter, Math.min(caret, filter.length), nodes, profiles),
    // The values of the index are looked up while typing; news of them can wait for the next key.
    [filter, caret, nodes, profiles],
  );
  const isOpen = hasFocus && !isPutOff && items.length > 0;
  const current = isOpen ? items[at] : undefined;

  const setFilter = (text: string, at_: number): void => {
    store.change((state) => withList(state, { filter: text, current: undefined }));
    setCaret(at_);
    setPutOff(false);
    setAt(-1);
  };
  const accept = ({ text, caret: to }: Suggestion): void => {
    // The text is in before the next key is: a caret that is put there a frame later jumps over what was typed meanwhile.
    flushSync(() => setFilter(text, to));
    input.current?.setSelectionRange(to, to);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!isOpen) return;
    // Names of facets only offer themselves: the arrows stay with the list of nodes until a value is wanted.
    const step = kind === 'values' ? { ArrowDown: 1, ArrowUp: -1 }[event.key] : undefined;
    const chosen = current ?? (event.key === 'Tab' ? items[0] : undefined);
    if (step !== undefined && (step > 0 || at >= 0)) setAt(Math.min(items.length - 1, at + step));
    else if ((event.key === 'Tab' || event.key === 'Enter') && !event.shiftKey && chosen !== undefined) {
      accept(chosen);
    } else if (event.key === 'Escape') setPutOff(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="filter">
      <div className="filter-line">
        <input
          ref={input}
          id={filterId}
          data-testid="filter"
          className="field mono"
          type="text"
          role="combobox"
          placeholder="Filter: web state:online"
          aria-label="Filter nodes by words, or by tag, environment, profile, Region, state or platform"
          aria-expanded={isOpen}
          aria-controls={isOpen ? listId : 'node-list'}
          aria-activedescendant={current === undefined ? activeRow : optionId(listId, at)}
          aria-invalid={query.problems.length > 0 || undefined}
          spellCheck={false}
          autoComplete="off"
          value={filter}
          onChange={({ target }) => setFilter(target.value, target.selectionStart ?? target.value.length)}
          onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart ?? 0)}
          onFocus={() => setFocus(true)}
          onBlur={() => setFocus(false)}
          onKeyDown={onKeyDown}
        />
        {filter !== '' && (
          <IconButton
            label="Clear the filter"
            onClick={() => {
              setFilter('', 0);
              input.current?.focus();
            }}
            icon={X}
            className="filter-clear"
          />
        )}
        <IconButton
          label="Group nodes by"
          tip="Group nodes by"
          icon={ListTree}
          onClick={({ currentTarget }) => {
            const { left, bottom } = currentTarget.getBoundingClientRect();
            openMenu({ x: left, y: bottom + 2 }, groupingItems(app));
          }}
        />
      </div>
      {isOpen && (
        <div id={listId} className="suggestions" role="listbox" aria-label="Suggestions" tabIndex={-1}>
          {items.map((item, place) => (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the text field has the keyboard
            <div
              key={item.text}
              id={optionId(listId, place)}
              className="suggestion"
              role="option"
              aria-selected={place === at}
              tabIndex={-1}
              // The field keeps the keyboard.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => accept(item)}
            >
              <span className="mono clip">{remoteText(item.label, 120)}</span>
              {place === 0 && at === -1 && <kbd className="key">Tab</kbd>}
              {item.count !== undefined && (
                <span className="suggestion-count numbers">{item.count.toLocaleString()}</span>
              )}
            </div>
          ))}
        </div>
      )}
      {query.problems.map(({ at: from, message }) => (
        <p key={`${from} ${message}`} className="filter-problem" role="status">
          {message}
        </p>
      ))}
    </div>
  );
}

const optionId = (listId: string, at: number): string => `${listId}·${at}`;
