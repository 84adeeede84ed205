import { Search } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { HistoryEntry } from '../../../shared/models.ts';
import type { AppErrorData } from '../../../shared/errors.ts';
import type { AppState } from '../../state/app-state.ts';
import { dayName, isSameDay } from '../../words/time.ts';
import { ErrorCard } from '../error-card.tsx';
import { useApp, useAppState } from '../use-app.ts';
import { Entry } from './history-entry.tsx';
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

/** Changes when a session of any kind begins or ends, and not with its figures. */
function beginningsAndEnds({ sessions, tunnelStatuses, commands }: AppState): string {
  const marks = [
    ...Object.values(sessions).map(({ key, state, startedAt }) => [key, state.kind, startedAt]),
    ...Object.values(tunnelStatuses).map(({ tunnelId, state, session }) => [
      tunnelId,
      state.kind,
      session?.startedAt,
    ]),
    ...commands.runs.map(({ key, state }) => [key, state.kind]),
  ];
  return marks.join();
}

function useHistory(text: string): { page: Page; loadMore: () => void; reload: () => void } {
  const { door } = useApp();
  const [page, setPage] = useState<Page>({ kind: 'loading' });
  const [round, setRound] = useState(0);
  // Sessions that begin or end while the list is open belong in it.
  const marks = useAppState(beginningsAndEnds);
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
