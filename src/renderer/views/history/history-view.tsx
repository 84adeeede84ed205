import { RotateCw, Search } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { HistoryEntry } from '../../../shared/models.ts';
import type { AppErrorData } from '../../../shared/errors.ts';
import { whereWords } from '../../words/environments.ts';
import { remoteText } from '../../words/remote-text.ts';
import { endWord, endWords } from '../../words/states.ts';
import { clock, dayName, duration, fullTime, isSameDay } from '../../words/time.ts';
import { ErrorCard } from '../error-card.tsx';
import { useApp, useAppState } from '../use-app.ts';
import './history.css';

/** Entries asked for at a time; more come on request. */
const pageSize = 100;
const typingPauseMs = 150;

type Page =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: AppErrorData }
  | { readonly kind: 'ready'; readonly entries: readonly HistoryEntry[]; readonly hasMore: boolean };

/** Past sessions by day: who, where, how long, how they ended, and the way back in. */
export default function HistoryView() {
  const { workspace } = useApp();
  const [text, setText] = useState('');
  const { page, loadMore, reload } = useHistory(text);
  return (
    <section className="history" role="tabpanel" aria-label="History" id="panel-history">
      <header className="history-head">
        <h1>History</h1>
        <label className="history-filter">
          <Search className="icon" aria-hidden />
          <input
            className="field"
            aria-label="Filter by node, id, profile, reason or session"
            placeholder="Filter by node, id, profile, reason"
            spellCheck={false}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </label>
        <button
          type="button"
          className="button small"
          onClick={() => workspace.setDialog({ kind: 'clear-history' })}
        >
          Clear history…
        </button>
      </header>
      {page.kind === 'failed' && (
        <div className="stage-centre">
          <ErrorCard error={page.error}>
            <button type="button" className="button primary" onClick={reload}>
              Try again
            </button>
          </ErrorCard>
        </div>
      )}
      {page.kind === 'ready' && page.entries.length === 0 && (
        <Empty filtered={text !== ''} onClear={() => setText('')} />
      )}
      {page.kind === 'ready' && page.entries.length > 0 && (
        <div className="history-list">
          <Days entries={page.entries} />
          {page.hasMore && (
            <button type="button" className="button history-more" onClick={loadMore}>
              Show older sessions
            </button>
          )}
        </div>
      )}
    </section>
  );
}

function useHistory(text: string): { page: Page; loadMore: () => void; reload: () => void } {
  const { door } = useApp();
  const [page, setPage] = useState<Page>({ kind: 'loading' });
  const [round, setRound] = useState(0);
  // Sessions that begin or end while the list is open belong in it.
  const marks = useAppState((state) => state.sessions);
  const latest = useRef(0);

  useEffect(() => {
    const mine = ++latest.current;
    const read = async (): Promise<void> => {
      const reply = await door.listHistory({
        limit: pageSize,
        ...(text.trim() === '' ? {} : { text: text.trim() }),
      });
      if (mine !== latest.current) return;
      setPage(
        reply.ok
          ? { kind: 'ready', entries: reply.value, hasMore: reply.value.length === pageSize }
          : { kind: 'failed', error: reply.error },
      );
    };
    const timer = window.setTimeout(() => void read(), text === '' ? 0 : typingPauseMs);
    return () => window.clearTimeout(timer);
  }, [door, text, round, marks]);

  const loadMore = async (): Promise<void> => {
    const before = page.kind === 'ready' ? page.entries.at(-1)?.startedAt : undefined;
    if (page.kind !== 'ready' || before === undefined) return;
    const reply = await door.listHistory({
      limit: pageSize,
      before,
      ...(text.trim() === '' ? {} : { text: text.trim() }),
    });
    if (!reply.ok) {
      setPage({ kind: 'failed', error: reply.error });
      return;
    }
    setPage({
      kind: 'ready',
      entries: [...page.entries, ...reply.value],
      hasMore: reply.value.length === pageSize,
    });
  };

  return { page, loadMore: () => void loadMore(), reload: () => setRound(round + 1) };
}

function Days({ entries }: { readonly entries: readonly HistoryEntry[] }) {
  const now = Date.now();
  const days = useMemo(() => {
    const groups: HistoryEntry[][] = [];
    for (const entry of entries) {
      const day = groups.at(-1);
      if (day?.[0] !== undefined && isSameDay(day[0].startedAt, entry.startedAt)) day.push(entry);
      else groups.push([entry]);
    }
    return groups;
  }, [entries]);
  return days.map((day) => {
    const first = day[0];
    return first === undefined ? null : (
      <section key={first.key} aria-label={dayName(first.startedAt, now)}>
        <h2>{dayName(first.startedAt, now)}</h2>
        <ul>
          {day.map((entry) => (
            <Entry key={entry.key} entry={entry} />
          ))}
        </ul>
      </section>
    );
  });
}

function Entry({ entry }: { readonly entry: HistoryEntry }) {
  const { sessions } = useApp();
  const profileIsThere = useAppState((state) => state.profiles.some(({ id }) => id === entry.profileId));
  const { target, documentName, reason, profileId, startedAt, endedAt, end } = entry;
  const nodeName = remoteText(entry.nodeName) || target;
  const endDetail =
    end === undefined ? '' : [endWords(end).title, endWords(end).detail].filter(Boolean).join('. ');
  const reopen = (): void =>
    sessions.open({
      profileId,
      target,
      nodeName: entry.nodeName,
      ...(documentName === undefined ? {} : { documentName }),
      ...(reason === undefined ? {} : { reason }),
    });
  return (
    <li className="history-entry" data-env={entry.environment} data-testid="history-entry">
      <i className="env-bar" aria-hidden />
      <span className="history-time numbers" title={fullTime(startedAt)}>
        {clock(startedAt)}
      </span>
      <span className="history-node">
        <span className="history-name clip" data-tip-clipped={nodeName}>
          {nodeName}
        </span>
        <span className="history-second clip">
          {whereWords(entry.profileName, entry.environment, entry.region)}
        </span>
      </span>
      <span className="history-node history-what">
        <span className="clip" data-tip-clipped={reason}>
          {reason ?? <span className="history-none">no reason given</span>}
        </span>
        <span className="mono clip copyable" data-tip-clipped={entry.sessionId}>
          {entry.sessionId ?? 'never started'}
        </span>
      </span>
      <span className="history-node history-end">
        <span data-tip={endDetail || undefined} data-end={end?.kind ?? 'live'}>
          {endWord(end)}
        </span>
        <span className="history-second numbers">
          {endedAt === undefined ? '' : duration(endedAt - startedAt)}
        </span>
      </span>
      <button
        type="button"
        className="button small"
        disabled={!profileIsThere}
        aria-label={`Open ${nodeName} again`}
        data-tip={profileIsThere ? undefined : 'Its profile has been removed'}
        onClick={reopen}
      >
        <RotateCw className="icon" aria-hidden />
        Reopen
      </button>
    </li>
  );
}

function Empty({ filtered, onClear }: { readonly filtered: boolean; readonly onClear: () => void }) {
  const { workspace } = useApp();
  return (
    <div className="history-empty">
      <h2>{filtered ? 'No session fits this filter' : 'No sessions yet'}</h2>
      <p>
        {filtered
          ? 'It looks at node names, ids, profiles, reasons and session ids.'
          : 'Each session you open is kept here: where, why, how long and how it ended. Nothing that was typed or printed is.'}
      </p>
      <button
        type="button"
        className="button primary"
        onClick={filtered ? onClear : () => workspace.setDialog({ kind: 'palette', only: 'nodes' })}
      >
        {filtered ? 'Clear the filter' : 'Choose a node'}
      </button>
    </div>
  );
}
