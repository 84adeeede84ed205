import { ChevronDown } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import type { SharedProfile } from '../../../shared/shared-settings.ts';
import { fitsText, sharedProfilesOf } from '../../profiles/shared-profiles.ts';
import { remoteText } from '../../words/remote-text.ts';
import { identityWords, kindWord } from '../../words/shared-profiles.ts';
import { useAppState } from '../use-app.ts';
import '../node-picker.css';
import './shared-profiles.css';

interface SharedProfileFieldProps {
  readonly value: string;
  readonly error: string | undefined;
  readonly isWrong: boolean;
  readonly onChange: (name: string) => void;
  /** One of the list, not only a name that was typed. */
  readonly onChoose: (profile: SharedProfile) => void;
  readonly onLeave: () => void;
}

/** The name of a profile of the AWS files: typed, or chosen from a list that says what each one is. */
export function SharedProfileField({
  value,
  error,
  isWrong,
  onChange,
  onChoose,
  onLeave,
}: SharedProfileFieldProps) {
  const id = useId();
  const listId = useId();
  const [isOpen, setOpen] = useState(false);
  const [filter, setFilter] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const shared = useAppState(sharedProfilesOf);
  const offered = isOpen ? shared.filter((profile) => fitsText(profile, kindWord(profile.kind), filter)) : [];
  const current = offered[Math.min(at, offered.length - 1)];
  const chosen = shared.find(({ name }) => name === value);

  useEffect(() => {
    if (isOpen) list.current?.showPopover();
  }, [isOpen]);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [current]);

  const open = (): void => {
    setOpen(true);
    setFilter('');
    setAt(
      Math.max(
        0,
        shared.findIndex(({ name }) => name === value),
      ),
    );
  };
  const choose = (profile: SharedProfile): void => {
    onChoose(profile);
    setOpen(false);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) {
      if (isOpen) setAt(Math.max(0, Math.min(offered.length - 1, at + step)));
      else open();
    } else if (event.key === 'Enter' && isOpen && current !== undefined) choose(current);
    else if (event.key === 'Escape' && isOpen) setOpen(false);
    else return;
    event.preventDefault();
  };

  return (
    <div className="form-field">
      <label htmlFor={id}>
        Profile of your AWS files<span className="form-required"> required</span>
      </label>
      <div className="node-picker">
        <input
          id={id}
          className="field mono"
          role="combobox"
          aria-required
          aria-expanded={isOpen}
          aria-controls={listId}
          aria-activedescendant={isOpen && current !== undefined ? `${listId}·${current.name}` : undefined}
          aria-invalid={error !== undefined || undefined}
          aria-describedby={`${id}-said`}
          data-invalid={isWrong || undefined}
          spellCheck={false}
          autoComplete="off"
          style={{ anchorName: anchorOf(listId) }}
          value={value}
          onClick={() => !isOpen && open()}
          onChange={({ target }) => {
            onChange(target.value);
            setOpen(true);
            setFilter(target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          onBlur={() => {
            setOpen(false);
            onLeave();
          }}
        />
        <ChevronDown className="icon" aria-hidden />
        {isOpen && (
          <div
            ref={list}
            id={listId}
            className="picker-list"
            role="listbox"
            aria-label="Profiles of your AWS files"
            popover="manual"
            tabIndex={-1}
            style={{ positionAnchor: anchorOf(listId) }}
            // The field keeps the keyboard, or it would close the list under the press.
            onMouseDown={(event) => event.preventDefault()}
          >
            {offered.map((profile) => (
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the text field has the keyboard
              <div
                key={profile.name}
                id={`${listId}·${profile.name}`}
                className="picker-item shared-item"
                role="option"
                aria-selected={profile === current}
                tabIndex={-1}
                onClick={() => choose(profile)}
              >
                <span className="mono clip">{remoteText(profile.name)}</span>
                <span className="pill">{kindWord(profile.kind)}</span>
                <span className="found-who clip">{identityWords(profile)}</span>
                <span className="found-region">{remoteText(profile.region ?? '')}</span>
              </div>
            ))}
            {offered.length === 0 && <p className="picker-empty">No profile of the AWS files fits.</p>}
          </div>
        )}
      </div>
      <p id={`${id}-said`} className={error === undefined ? 'form-hint' : 'form-error'}>
        {error ?? (chosen === undefined ? '' : hintFor(chosen))}
      </p>
    </div>
  );
}

function hintFor(profile: SharedProfile): string {
  return [kindWord(profile.kind), identityWords(profile), remoteText(profile.region ?? '')]
    .filter((part) => part !== '')
    .join(' · ');
}

/** A CSS name has no colons. */
const anchorOf = (listId: string): string => `--picker-${listId.replaceAll(/[^\w-]/g, '')}`;
