import { Dialog } from 'radix-ui';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { activeTab } from '../../actions/session-actions.ts';
import { useApp } from '../use-app.ts';
import { type PaletteItem, paletteItems } from './palette-items.ts';
import './palette.css';

/** Go to a node, a tab, a profile or an action by a few letters. */
export default function Palette({ only }: { readonly only: 'nodes' | undefined }) {
  const app = useApp();
  const { store, workspace, terminals } = app;
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  // Not deferred: Enter must mean the row that the text on screen has chosen.
  const items = useMemo(() => paletteItems(app, store.read(), text, only), [app, store, text, only]);
  const current = items[Math.min(at, items.length - 1)];

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [current]);

  const choose = (item: PaletteItem): void => {
    workspace.setDialog(undefined);
    item.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) setAt((place) => wrap(place, step, items.length));
    else if (event.key === 'Enter' && current !== undefined && !event.nativeEvent.isComposing)
      choose(current);
    else return;
    event.preventDefault();
  };

  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && workspace.setDialog(undefined)}>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim quiet" />
        <Dialog.Content
          className="palette"
          data-testid="palette"
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            const tab = activeTab(store.read());
            if (store.read().dialog === undefined && tab !== undefined) terminals.focus(tab.id);
          }}
        >
          <Dialog.Title className="unseen">{only === 'nodes' ? 'Choose a node' : 'Go to'}</Dialog.Title>
          <input
            className="palette-input"
            role="combobox"
            aria-expanded
            aria-controls="palette-list"
            aria-activedescendant={current === undefined ? undefined : optionId(current)}
            aria-label={only === 'nodes' ? 'Choose a node' : 'Go to a node, a profile, an action'}
            placeholder={only === 'nodes' ? 'Choose a node' : 'Go to a node, a profile, an action'}
            spellCheck={false}
            autoComplete="off"
            value={text}
            onChange={({ target }) => {
              setText(target.value);
              setAt(0);
            }}
            onKeyDown={onKeyDown}
          />
          <div
            ref={list}
            id="palette-list"
            className="palette-list"
            role="listbox"
            aria-label="Results"
            tabIndex={-1}
          >
            {items.map((item, place) => (
              <PaletteRow
                key={item.id}
                item={item}
                isCurrent={item === current}
                isFirst={item.section !== items[place - 1]?.section}
                onChoose={choose}
                onPoint={() => setAt(place)}
              />
            ))}
            {items.length === 0 && (
              <p className="palette-empty">Nothing fits. Try fewer letters, or part of an id.</p>
            )}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface PaletteRowProps {
  readonly item: PaletteItem;
  readonly isCurrent: boolean;
  readonly isFirst: boolean;
  readonly onChoose: (item: PaletteItem) => void;
  readonly onPoint: () => void;
}

function PaletteRow({ item, isCurrent, isFirst, onChoose, onPoint }: PaletteRowProps) {
  return (
    <>
      {isFirst && (
        <p className="palette-section" role="presentation">
          {item.section}
        </p>
      )}
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the text field above has the keyboard */}
      <div
        id={optionId(item)}
        className="palette-item"
        role="option"
        aria-selected={isCurrent}
        tabIndex={-1}
        data-env={item.environment}
        onPointerMove={onPoint}
        onClick={() => onChoose(item)}
      >
        {item.environment !== undefined && <i className="env-bar" aria-hidden />}
        {item.online !== undefined && <i className={`dot ${item.online ? 'live' : 'offline'}`} aria-hidden />}
        <span className="palette-title clip">{item.title}</span>
        <span className="palette-detail mono clip">{item.detail}</span>
        <span className="palette-hint clip">{item.hint}</span>
      </div>
    </>
  );
}

const optionId = (item: PaletteItem): string => `palette ${item.id}`.replaceAll(' ', '·');

/** Single steps go round the ends, pages stop there. */
function wrap(place: number, step: number, length: number): number {
  const next = place + step;
  if (Math.abs(step) > 1) return Math.max(0, Math.min(length - 1, next));
  return (next + length) % Math.max(1, length);
}
