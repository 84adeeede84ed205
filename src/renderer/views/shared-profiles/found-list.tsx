import { FileWarning, Plus } from 'lucide-react';
import type { SettingsProblem, SharedProfile } from '../../../shared/shared-settings.ts';
import { remoteText } from '../../words/remote-text.ts';
import { identityWords, kindWord, problemPlace } from '../../words/shared-profiles.ts';
import { useApp } from '../use-app.ts';
import './shared-profiles.css';

/** Profiles of the AWS files, each with what is known of it and one click to add it. */
export function FoundList({ found }: { readonly found: readonly SharedProfile[] }) {
  const { workspace } = useApp();
  return (
    <ul className="found-list">
      {found.map((profile) => {
        const { name, kind, region } = profile;
        const shownName = remoteText(name);
        return (
          <li key={name} data-testid="found-profile" data-faulty={kind === 'faulty' || undefined}>
            <span className="found-name mono clip" data-tip-clipped={shownName}>
              {shownName}
            </span>
            <span className="pill">{kindWord(kind)}</span>
            <span className="found-who clip" data-tip-clipped={identityWords(profile)}>
              {identityWords(profile)}
            </span>
            <span className="found-region">{region === undefined ? 'no Region' : remoteText(region)}</span>
            <button
              type="button"
              className="button small"
              aria-label={`Add ${shownName}`}
              disabled={kind === 'faulty'}
              // Without a Region there is something left to say.
              onClick={() =>
                region === undefined
                  ? workspace.setDialog({ kind: 'profile', sharedName: name })
                  : void workspace.addShared([profile])
              }
            >
              <Plus className="icon" aria-hidden />
              {region === undefined ? 'Add…' : 'Add'}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** What is wrong in the AWS files, with the place to mend it. The rest of them is used meanwhile. */
export function SettingsProblems({ problems }: { readonly problems: readonly SettingsProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <ul className="settings-problems" aria-label="Problems in the AWS files">
      {problems.map((problem) => (
        <li key={`${problemPlace(problem)} ${problem.message}`} data-testid="settings-problem">
          <FileWarning className="icon" aria-hidden />
          <p className="copyable">
            <span className="mono">{remoteText(problemPlace(problem))}</span>
            <span>
              {remoteText(problem.message)} {remoteText(problem.hint)}
            </span>
          </p>
        </li>
      ))}
    </ul>
  );
}
