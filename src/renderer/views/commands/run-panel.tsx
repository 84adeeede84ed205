import { Copy, Info, Pencil, Square, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { CommandRun } from '../../../shared/commands.ts';
import { runDuration, runWords } from '../../runs/run-words.ts';
import { isForShell, readableCommand } from '../../runs/shell-words.ts';
import { placeOf } from '../../nodes/node-choices.ts';
import { isRunning } from '../../state/commands.ts';
import { whereWords } from '../../words/environments.ts';
import { pickedWords, queryText } from '../../words/queries.ts';
import { remoteText } from '../../words/remote-text.ts';
import { clock, duration, fullTime } from '../../words/time.ts';
import { IconButton } from '../icon-button.tsx';
import { ApprovalNote, SessionTrouble, Trouble } from '../session-trouble.tsx';
import { useApp, useNow } from '../use-app.ts';
import { OutputPane } from './output-pane.tsx';
import { RunMark } from './run-list.tsx';
import { useOutput } from './use-output.ts';
import { Waiting } from './waiting.tsx';

/** One run: what it is, how it stands, and both of its streams. */
export function RunPanel({ run }: { readonly run: CommandRun }) {
  const { commands, terminal } = useApp();
  const output = useOutput(run);
  const [layout, setLayout] = useState<'stacked' | 'beside'>('stacked');
  const { key, command, environment, streams, warning } = run;
  const text = readableCommand(command);
  const running = isRunning(run);
  // What the service refused has no output to look at.
  const wasBegun = running || run.sessionId !== undefined;
  const now = useNow(running ? 1000 : undefined);
  const name = remoteText(run.nodeName) || run.target;
  const { targetQuery } = run;
  const message = remoteText(run.channel?.customerMessage ?? '');
  const copyAll = (): void => {
    const parts = [output.stdout.text(), output.stderr.text()].filter((part) => part !== '');
    void terminal.copyWithNotice(parts.join('\n'), 'Output');
  };
  return (
    <div className="run" data-env={environment} data-testid="run-panel" data-state={run.state.kind}>
      <header className="run-head">
        <div className="run-facts">
          <i className="env-bar" aria-hidden />
          <b className="clip">{name}</b>
          {targetQuery !== undefined && (
            <span
              className="clip run-where"
              data-tip={`Picked from ${pickedWords(targetQuery, run.pickedOf)}`}
            >
              of {queryText(targetQuery)}
            </span>
          )}
          <span className="clip run-where">{whereWords(run.profileName, environment, run.region)}</span>
          <Status run={run} />
          <span className="numbers run-where" title={fullTime(run.startedAt)}>
            {clock(run.startedAt)}, {duration(runDuration(run, now))}
          </span>
        </div>
        <div className="run-tools">
          {running ? (
            <button
              type="button"
              className="button small"
              data-tip={
                run.isCancelling
                  ? 'Ends its session, without waiting for the command'
                  : 'As Ctrl+C; after a few seconds its session is ended'
              }
              onClick={() => void commands.cancel(key)}
            >
              <Square className="icon solid" aria-hidden />
              {run.isCancelling ? 'End now' : 'Cancel'}
            </button>
          ) : (
            <>
              <IconButton
                label="Edit and run again"
                tip="Edit and run again"
                icon={Pencil}
                onClick={() =>
                  commands.draft({
                    node: placeOf(run),
                    text,
                    reason: run.reason ?? '',
                    inShell: isForShell(command),
                  })
                }
              />
              <IconButton
                label="Forget this command and its output"
                tip="Forget this command and its output"
                icon={Trash2}
                onClick={() => void commands.forget(key)}
              />
            </>
          )}
          {wasBegun && (
            <IconButton label="Copy output" tip="Copy output of both" icon={Copy} onClick={copyAll} />
          )}
          {wasBegun && streams !== 'joined' && (
            <div className="segments run-layout" role="group" aria-label="Arrangement of the streams">
              {(['stacked', 'beside'] as const).map((option) => (
                <label key={option}>
                  <input
                    type="radio"
                    name="output-layout"
                    checked={layout === option}
                    onChange={() => setLayout(option)}
                  />
                  <span>{option === 'stacked' ? 'Stacked' : 'Side by side'}</span>
                </label>
              ))}
            </div>
          )}
        </div>
      </header>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls needs the keyboard */}
      <pre className="run-command mono copyable" tabIndex={0} aria-label="Command">
        {text}
      </pre>
      <div className="run-troubles">
        <SessionTrouble
          subjectKey={key}
          profileId={run.profileId}
          state={run.state}
          closesByItself={run.exitCode !== undefined || run.streams === 'joined'}
          onReconnectNow={() => void commands.reconnectNow(key)}
        />
        <ApprovalNote approval={run.approval} state={run.state} />
        <Waiting run={run} now={now} />
        {streams === 'joined' && (
          <Trouble tone="info" icon={<Info className="icon" aria-hidden />}>
            <span>
              This node gives both streams as one, when the command has ended, and no exit code. A newer agent
              keeps them apart.
            </span>
          </Trouble>
        )}
        {warning !== undefined && (
          <Trouble tone="info" icon={<Info className="icon" aria-hidden />}>
            <span className="copyable">{warning}</span>
          </Trouble>
        )}
        {message !== '' && (
          <Trouble tone="info" icon={<Info className="icon" aria-hidden />}>
            <span className="copyable">The node says: {message}</span>
          </Trouble>
        )}
      </div>
      {wasBegun && (
        <div className="run-output" data-layout={streams === 'joined' ? 'one' : layout}>
          <OutputPane
            name={streams === 'joined' ? 'Output' : 'Standard output'}
            stream="stdout"
            lines={output.stdout}
            round={output.round}
            isRunning={running}
          />
          {streams !== 'joined' && (
            <OutputPane
              name="Standard error"
              stream="stderr"
              lines={output.stderr}
              round={output.round}
              isRunning={running}
            />
          )}
        </div>
      )}
    </div>
  );
}

function Status({ run }: { readonly run: CommandRun }) {
  const { word, mark } = runWords(run);
  return (
    <span className="pill run-status" data-mark={mark} data-testid="run-status" role="status">
      <RunMark run={run} />
      {word}
    </span>
  );
}
