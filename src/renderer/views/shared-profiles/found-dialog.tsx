import { useState } from 'react';
import { fitsText, sharedProfilesOf, unusedProfiles } from '../../profiles/shared-profiles.ts';
import { count } from '../../words/numbers.ts';
import { kindWord } from '../../words/shared-profiles.ts';
import { Frame } from '../dialogs/frame.tsx';
import { useApp, useAppState } from '../use-app.ts';
import { FoundList, SettingsProblems } from './found-list.tsx';

/** From so many on there is a field to find one. */
const filterFrom = 8;

/** All profiles of the AWS files that are not in the list yet, and what is wrong in those files. */
export function FoundDialog() {
  const { workspace } = useApp();
  const [text, setText] = useState('');
  const settings = useAppState((state) => state.sharedSettings);
  const shared = useAppState(sharedProfilesOf);
  const saved = useAppState((state) => state.profiles);
  const unused = unusedProfiles(shared, saved);
  const shown = unused.filter((profile) => fitsText(profile, kindWord(profile.kind), text));
  const usable = shown.filter(({ kind }) => kind !== 'faulty');
  const close = (): void => workspace.setDialog(undefined);
  return (
    <Frame
      title="Profiles of your AWS files"
      width="wide"
      onClose={close}
      footer={
        <>
          {usable.length > 1 && (
            <button
              type="button"
              className="button foot-left"
              onClick={() => void workspace.addShared(usable).then(close)}
            >
              Add all {usable.length}
            </button>
          )}
          <button type="button" className="button" onClick={close}>
            Done
          </button>
        </>
      }
    >
      {settings.kind === 'failed' && (
        <p className="form-error" role="alert">
          {settings.error.message} {settings.error.hint}
        </p>
      )}
      {settings.kind === 'loading' && <p role="status">Reading the AWS files…</p>}
      {settings.kind === 'ready' && (
        <>
          <SettingsProblems problems={settings.value.problems} />
          {unused.length >= filterFrom && (
            <input
              className="field"
              type="text"
              placeholder={`Find among ${count(unused.length, 'profile')}: name, account, role, Region`}
              aria-label="Find a profile"
              spellCheck={false}
              value={text}
              onChange={({ target }) => setText(target.value)}
            />
          )}
          {shown.length > 0 && <FoundList found={shown} />}
          {shown.length === 0 && (
            <p role="status">
              {unused.length > 0
                ? 'No profile fits.'
                : shared.length > 0
                  ? 'Every profile of the AWS files is in the list.'
                  : 'There are no profiles in the AWS files of this computer.'}
            </p>
          )}
        </>
      )}
    </Frame>
  );
}
