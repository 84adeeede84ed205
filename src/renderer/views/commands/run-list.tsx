import { Check } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import type { CommandRun } from '../../../shared/commands.ts';
import { runWords } from '../../runs/run-words.ts';
import { readableCommand } from '../../runs/shell-words.ts';
import { remoteText } from '../../words/remote-text.ts';
import { clock } from '../../words/time.ts';
import { useApp, useAppState } from '../use-app.ts';

/** The commands of this run of the app, newest first. */
export function RunList({ shownKey }: { readonly shownKey: string }) {
  const { commands } = useApp();
  const runs = useAppState((state) => state.commands.runs);
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = runs.findIndex(({ key }) => key === shownKey);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: runs.length - 1 }[event.key];
    const next = to === undefined ? undefined : runs[to];
    if (next === undefined) return;
    event.preventDefault();
    commands.show(next.key);
    document.getElementById(itemId(next.key))?.focus();
  };
  return (
    <div
      className="run-list"
      role="listbox"
      aria-label="Commands of this run"
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      {runs.map((run) => (
        <RunItem key={run.key} run={run} isShown={run.key === shownKey} />
      ))}
    </div>
  );
}

const itemId = (key: string): string => `run-${key}`;

function RunItem({ run, isShown }: { readonly run: CommandRun; readonly isShown: boolean }) {
  const { commands } = useApp();
  const { word } = runWords(run);
  const text = firstLine(readableCommand(run.command));
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the list above has the keyboard
    <div
      id={itemId(run.key)}
      className="run-item"
      role="option"
      aria-selected={isShown}
      tabIndex={isShown ? 0 : -1}
      data-env={run.environment}
      data-testid="run"
      onClick={() => commands.show(run.key)}
    >
      <i className="env-bar" aria-hidden />
      <span className="run-text mono clip">{text}</span>
      <RunMark run={run} />
      <span className="run-second clip">
        {remoteText(run.nodeName) || run.target}, <span className="numbers">{clock(run.startedAt)}</span>
      </span>
      <span className="run-word">{word}</span>
    </div>
  );
}

export function RunMark({ run }: { readonly run: CommandRun }) {
  const { mark } = runWords(run);
  return mark === 'done' ? (
    <Check className="icon run-done" aria-hidden />
  ) : (
    <i className={`dot ${mark}`} aria-hidden />
  );
}

const firstLine = (text: string): string => remoteText(text.split('\n', 1)[0] ?? '', 200);
