import { ChevronDown } from 'lucide-react';
import { useId, useState } from 'react';
import type { SharedProfile } from '../../../shared/shared-settings.ts';
import { fitsText, sharedProfilesOf } from '../../profiles/shared-profiles.ts';
import { remoteText } from '../../words/remote-text.ts';
import { identityWords, kindWord } from '../../words/shared-profiles.ts';
import { PopoverField, PopoverRow, PopoverRows } from '../popover-field.tsx';
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
export function SharedProfileField(props: SharedProfileFieldProps) {
  const { value, error, isWrong, onChange, onChoose, onLeave } = props;
  const id = useId();
  const [filter, setFilter] = useState('');
  const shared = useAppState(sharedProfilesOf);
  const offered = shared.filter((profile) => fitsText(profile, kindWord(profile.kind), filter));
  const chosenAt = offered.findIndex(({ name }) => name === value);
  const chosen = shared.find(({ name }) => name === value);
  return (
    <div className="form-field">
      <label htmlFor={id}>
        Profile of your AWS files<span className="form-required"> required</span>
      </label>
      <div className="node-picker">
        <PopoverField
          id={id}
          value={value}
          isMono
          isRequired
          error={error}
          isWrong={isWrong}
          describedBy={`${id}-said`}
          count={offered.length}
          firstAt={filter === '' ? Math.max(0, chosenAt) : 0}
          onChoose={(at) => {
            const profile = offered[at];
            if (profile !== undefined) onChoose(profile);
          }}
          onChange={(typed) => {
            onChange(typed);
            setFilter(typed);
          }}
          onOpen={() => setFilter('')}
          onLeave={onLeave}
        >
          {(list) => (
            <PopoverRows
              list={list}
              label="Profiles of your AWS files"
              empty="No profile of the AWS files fits."
            >
              {offered.map((profile, at) => (
                <PopoverRow key={profile.name} list={list} at={at} className="shared-item">
                  <span className="mono clip">{remoteText(profile.name)}</span>
                  <span className="pill">{kindWord(profile.kind)}</span>
                  <span className="found-who clip">{identityWords(profile)}</span>
                  <span className="found-region">{remoteText(profile.region ?? '')}</span>
                </PopoverRow>
              ))}
            </PopoverRows>
          )}
        </PopoverField>
        <ChevronDown className="icon" aria-hidden />
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
