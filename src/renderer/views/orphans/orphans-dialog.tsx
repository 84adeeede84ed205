import { Cable, SquareChevronRight, SquareTerminal } from 'lucide-react';
import { useState } from 'react';
import type { AppErrorData } from '../../../shared/errors.ts';
import type { Orphan } from '../../../shared/orphans.ts';
import { whereWords } from '../../words/environments.ts';
import { errorWords } from '../../words/errors.ts';
import { count } from '../../words/numbers.ts';
import { remoteText } from '../../words/remote-text.ts';
import { age, clock, fullTime } from '../../words/time.ts';
import { Frame } from '../dialogs/frame.tsx';
import { useApp, useAppState, useNow } from '../use-app.ts';
import './orphans.css';

const kindIcons = { shell: SquareTerminal, tunnel: Cable, command: SquareChevronRight };
const kindWords = { shell: 'Shell', tunnel: 'Tunnel', command: 'Command' };

/** Each of them by name, before anything is ended. */
export function OrphansDialog() {
  const { orphans: actions, workspace } = useApp();
  const orphans = useAppState((state) => state.orphans);
  const [spared, setSpared] = useState<ReadonlySet<string>>(new Set());
  const [failures, setFailures] = useState<Readonly<Record<string, AppErrorData>>>({});
  const [isEnding, setEnding] = useState(false);
  const chosen = orphans.filter(({ sessionId }) => !spared.has(sessionId));
  const end = async (): Promise<void> => {
    setEnding(true);
    const failed = await actions.end(chosen.map(({ sessionId }) => sessionId));
    setFailures(Object.fromEntries(failed.map(({ id, error }) => [id, error])));
    setEnding(false);
  };
  return (
    <Frame
      title="Still open from an earlier run"
      width="wide"
      onClose={() => workspace.setDialog(undefined)}
      footer={
        <>
          <button
            type="button"
            className="button foot-left"
            disabled={isEnding}
            onClick={() => void actions.keep()}
          >
            Leave all open
          </button>
          <button type="button" className="button" onClick={() => workspace.setDialog(undefined)}>
            Decide later
          </button>
          <button
            type="button"
            className="button danger"
            disabled={chosen.length === 0 || isEnding}
            onClick={() => void end()}
          >
            {isEnding
              ? 'Ending…'
              : chosen.length === 0
                ? 'End sessions'
                : `End ${count(chosen.length, 'session')}`}
          </button>
        </>
      }
    >
      <p>
        Nodewharf had started these and stopped, by a crash or a kill, before it could end them. The service
        still lists them as active: whatever runs in them goes on.
      </p>
      <ul className="orphan-list">
        {orphans.map((orphan) => (
          <OrphanRow
            key={orphan.sessionId}
            orphan={orphan}
            failure={failures[orphan.sessionId]}
            isChosen={!spared.has(orphan.sessionId)}
            onChoose={(isChosen) => {
              const others = [...spared].filter((id) => id !== orphan.sessionId);
              setSpared(new Set(isChosen ? others : [...others, orphan.sessionId]));
            }}
          />
        ))}
      </ul>
    </Frame>
  );
}

interface OrphanRowProps {
  readonly orphan: Orphan;
  readonly failure: AppErrorData | undefined;
  readonly isChosen: boolean;
  readonly onChoose: (isChosen: boolean) => void;
}

function OrphanRow({ orphan, failure, isChosen, onChoose }: OrphanRowProps) {
  const { kind, startedAt, sessionId, localAddress, remoteAddress } = orphan;
  const now = useNow(60_000);
  const Icon = kindIcons[kind];
  const name = remoteText(orphan.nodeName) || orphan.target;
  const leads =
    kind === 'tunnel' && remoteAddress !== undefined ? `${localAddress ?? ''} to ${remoteAddress}` : '';
  return (
    <li data-env={orphan.environment} data-testid="orphan">
      <label>
        <input
          type="checkbox"
          checked={isChosen}
          aria-label={`End the ${kindWords[kind].toLowerCase()} on ${name}`}
          onChange={({ target }) => onChoose(target.checked)}
        />
        <i className="env-bar" aria-hidden />
        <Icon className="icon" aria-hidden />
        <span className="orphan-words">
          <span className="clip">
            <b>{name}</b> {kindWords[kind].toLowerCase()}{' '}
            {leads !== '' && <span className="mono">{leads}</span>}
          </span>
          <span className="orphan-second clip">
            {whereWords(orphan.profileName, orphan.environment, orphan.region)},{' '}
            <span className="mono">{sessionId}</span>
          </span>
        </span>
        <span className="orphan-second numbers" title={fullTime(startedAt)}>
          {clock(startedAt)}, {agoWords(startedAt, now)}
        </span>
      </label>
      {failure !== undefined && (
        <p className="form-error" role="alert">
          {Object.values(errorWords(failure)).join(' ')}
        </p>
      )}
    </li>
  );
}

function agoWords(at: number, now: number): string {
  const since = age(at, now);
  return since === 'just now' ? since : `${since} ago`;
}
