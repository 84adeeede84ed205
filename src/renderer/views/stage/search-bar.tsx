import { ArrowDown, ArrowUp, CaseSensitive, Regex, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { withTerminal } from '../../state/app-state.ts';
import { useApp, useAppState } from '../use-app.ts';
import { IconButton } from '../icon-button.tsx';

/** Past this many matches the terminal stops counting. */
const countedUpTo = 1000;

export function SearchBar({ tabId }: { readonly tabId: string }) {
  const { terminals, store } = useApp();
  const found = useAppState((state) => state.terminals[tabId]?.find);
  const [text, setText] = useState('');
  const [caseSensitive, setCaseSensitive] = useState(false);
  const [regex, setRegex] = useState(false);
  const isBroken = regex && !isPattern(text);

  useEffect(() => {
    if (!isBroken) void terminals.get(tabId)?.find({ text, caseSensitive, regex }, 'type');
  }, [terminals, tabId, text, caseSensitive, regex, isBroken]);

  const step = (direction: 'next' | 'previous'): void => {
    if (!isBroken) void terminals.get(tabId)?.find({ text, caseSensitive, regex }, direction);
  };
  const close = (): void => {
    const controller = terminals.get(tabId);
    controller?.clearFind();
    store.change((state) => withTerminal(state, tabId, { find: undefined }));
    controller?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') step(event.shiftKey ? 'previous' : 'next');
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
  };

  return (
    <div className="search-bar" role="search" onKeyDown={onKeyDown} data-testid="search-bar">
      <input
        // A bar that was asked for by a key press is where the next key belongs.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        data-search-input
        className="field"
        type="text"
        aria-label="Find in this terminal"
        placeholder="Find"
        aria-invalid={isBroken || undefined}
        spellCheck={false}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <span className="search-count numbers" role="status">
        {isBroken ? 'not a pattern' : countWords(text, found)}
      </span>
      <IconButton
        label="Match case"
        pressed={caseSensitive}
        tip="Match case"
        onClick={() => setCaseSensitive(!caseSensitive)}
        icon={CaseSensitive}
      />
      <IconButton
        label="Regular expression"
        pressed={regex}
        tip="Regular expression"
        onClick={() => setRegex(!regex)}
        icon={Regex}
      />
      <IconButton
        label="Previous match"
        tip="Previous match (Shift+Enter)"
        onClick={() => step('previous')}
        icon={ArrowUp}
      />
      <IconButton label="Next match" tip="Next match (Enter)" onClick={() => step('next')} icon={ArrowDown} />
      <IconButton label="Close search" tip="Close (Esc)" onClick={close} icon={X} />
    </div>
  );
}

function countWords(text: string, found: { index: number; count: number } | undefined): string {
  if (text === '' || found === undefined) return '';
  if (found.count === 0) return 'no match';
  const count = found.count >= countedUpTo ? `${countedUpTo}+` : `${found.count}`;
  return found.index < 0 ? count : `${found.index + 1} of ${count}`;
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
