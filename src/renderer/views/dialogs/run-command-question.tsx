import type { RunCommandRequest } from '../../../shared/commands.ts';
import { readableCommand } from '../../runs/shell-words.ts';
import { environmentWord } from '../../words/environments.ts';
import { queryText } from '../../words/queries.ts';
import { remoteText } from '../../words/remote-text.ts';
import { useApp, useAppState } from '../use-app.ts';
import { Question } from './frame.tsx';

/** The last look at a command before it acts on a production node. */
export function RunCommandQuestion({ request }: { readonly request: RunCommandRequest }) {
  const { commands, workspace } = useApp();
  const profile = useAppState((state) => state.profiles.find(({ id }) => id === request.profileId));
  const { target, targetQuery, nodeName = '' } = request;
  const query = targetQuery === undefined ? '' : queryText(targetQuery);
  const name = remoteText(nodeName) || (target ?? `any of ${query}`);
  return (
    <Question
      title={`Run this on ${name}`}
      action="Run command"
      danger
      onYes={() => void commands.runNow(request)}
      onNo={() => workspace.setDialog(undefined)}
    >
      {profile !== undefined && (
        <p className="form-where" data-env={profile.environment}>
          <i className="env-bar" aria-hidden />
          {profile.name}, {environmentWord(profile.environment)}
          <span className="mono copyable">{target ?? query}</span>
        </p>
      )}
      <p>It acts at once, and Nodewharf cannot take back what it has done.</p>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls needs the keyboard */}
      <pre className="paste-text mono copyable" tabIndex={0} aria-label="Command">
        {readableCommand(request.command)}
      </pre>
    </Question>
  );
}
