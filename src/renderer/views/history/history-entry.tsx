import { Cable, Play, RotateCw, SquareChevronRight, SquareTerminal } from 'lucide-react';
import type { HistoryEntry } from '../../../shared/models.ts';
import { placeOf } from '../../nodes/node-choices.ts';
import { readDestination } from '../../tunnels/addresses.ts';
import { whereWords } from '../../words/environments.ts';
import { queryText } from '../../words/queries.ts';
import { remoteText } from '../../words/remote-text.ts';
import { endWord, endWords } from '../../words/states.ts';
import { clock, duration, fullTime } from '../../words/time.ts';
import { useApp, useAppState } from '../use-app.ts';

const kindIcons = { shell: SquareTerminal, tunnel: Cable, command: SquareChevronRight };
const kindWords = { shell: 'Shell', tunnel: 'Tunnel', command: 'Command' };

/** One past session of any kind, and the way back to the like of it. */
export function Entry({ entry }: { readonly entry: HistoryEntry }) {
  const Icon = kindIcons[entry.kind];
  const { target, startedAt, endedAt, end } = entry;
  const { targetQuery } = entry;
  // Where it never had a node, the words of the query are its name.
  const isPicked = targetQuery !== undefined && target !== '';
  const nodeName = remoteText(entry.nodeName) || target;
  const query = isPicked ? `, of ${queryText(targetQuery)}` : '';
  const endDetail =
    end === undefined ? '' : [endWords(end).title, endWords(end).detail].filter(Boolean).join('. ');
  return (
    <li className="history-entry" data-env={entry.environment} data-testid="history-entry">
      <i className="env-bar" aria-hidden />
      <span className="history-time numbers" title={fullTime(startedAt)}>
        {clock(startedAt)}
      </span>
      <span className="history-node">
        <span className="history-kind">
          <Icon className="icon" role="img" aria-label={kindWords[entry.kind]} />
          <span className="history-name clip" data-tip-clipped={`${nodeName}${query}`}>
            {nodeName}
            {query !== '' && <span className="history-none">{query}</span>}
          </span>
        </span>
        <span className="history-second clip">
          {whereWords(entry.profileName, entry.environment, entry.region)}
        </span>
      </span>
      <span className="history-node history-what">
        <What entry={entry} />
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
      <Again entry={entry} nodeName={nodeName} />
    </li>
  );
}

/** What a session was for: a tunnel's addresses, a command's exit code, and the reason that was given. */
function What({ entry }: { readonly entry: HistoryEntry }) {
  const { kind, reason, localAddress, remoteAddress, exitCode } = entry;
  const reasonWords = reason ?? (kind === 'shell' ? 'no reason given' : undefined);
  const route = kind === 'tunnel' ? [localAddress, remoteAddress].filter(Boolean).join(' to ') : '';
  const exit = exitCode === undefined ? '' : exitCode === -1 ? 'ended by a signal' : `exit ${exitCode}`;
  const tip = [route, exit, reason].filter(Boolean).join(', ');
  return (
    <span className="clip" data-tip-clipped={tip}>
      {route !== '' && <span className="history-route mono">{route}</span>}
      {exit !== '' && <span data-exit={exitCode === 0 ? 'done' : 'failed'}>{exit}</span>}
      {(route !== '' || exit !== '') && reason !== undefined && ', '}
      {reasonWords !== undefined && (
        <span className={reason === undefined ? 'history-none' : undefined}>{reasonWords}</span>
      )}
      {kind === 'command' && exit === '' && reason === undefined && (
        <span className="history-none">no exit code</span>
      )}
    </span>
  );
}

/** Opens the same again; a tunnel or a command as far as history knows it, to be looked at first. */
function Again({ entry, nodeName }: { readonly entry: HistoryEntry; readonly nodeName: string }) {
  const { sessions, tunnels, commands } = useApp();
  const { kind, profileId, documentName, reason, remoteAddress = '' } = entry;
  const profileIsThere = useAppState((state) => state.profiles.some(({ id }) => id === profileId));
  const place = placeOf(entry);
  const actions = {
    shell: {
      word: 'Reopen',
      label: `Open ${nodeName} again`,
      icon: RotateCw,
      run: () =>
        sessions.open({
          ...place,
          ...(documentName === undefined ? {} : { documentName }),
          ...(reason === undefined ? {} : { reason }),
        }),
    },
    tunnel: {
      word: 'Tunnel…',
      label: `New tunnel like the one to ${nodeName}`,
      icon: Cable,
      run: () => {
        const destination = readDestination(remoteAddress);
        tunnels.create({ ...place, ...(destination === undefined ? {} : { destination }) });
      },
    },
    command: {
      word: 'Command…',
      label: `Run a command on ${nodeName}`,
      icon: Play,
      run: () => commands.openFor(place),
    },
  } as const;
  const { word, label, icon: Icon, run } = actions[kind];
  return (
    <button
      type="button"
      className="button small"
      disabled={!profileIsThere}
      aria-label={label}
      data-tip={profileIsThere ? undefined : 'Its profile has been removed'}
      onClick={run}
    >
      <Icon className="icon" aria-hidden />
      {word}
    </button>
  );
}
