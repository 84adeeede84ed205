import { Cable, SquareChevronRight, SquareTerminal } from 'lucide-react';
import type { SessionFacts, SessionKind } from '../../../shared/models.ts';
import type { AppState } from '../../state/app-state.ts';
import type { QuitQuestion as EndedByQuitting } from '../../state/dialogs.ts';
import { readableCommand } from '../../runs/shell-words.ts';
import { environmentWord } from '../../words/environments.ts';
import { count } from '../../words/numbers.ts';
import { remoteText } from '../../words/remote-text.ts';
import { useApp } from '../use-app.ts';
import { Question } from './frame.tsx';

const kindIcons = { shell: SquareTerminal, tunnel: Cable, command: SquareChevronRight };
const kindWords = { shell: 'shell', tunnel: 'tunnel', command: 'command' };

interface Ending {
  readonly id: string;
  readonly kind: SessionKind;
  readonly name: string;
  readonly place: Pick<SessionFacts, 'environment' | 'region'> | undefined;
}

/** Everything that quitting would end, by name and place. */
export function endings(
  { live, tunnels, commands }: EndedByQuitting,
  state: Pick<AppState, 'tunnels'>,
): Ending[] {
  return [
    ...live.map((session) => ({
      id: session.key,
      kind: 'shell' as const,
      name: remoteText(session.nodeName),
      place: session,
    })),
    ...tunnels.map(({ tunnelId, session, openConnections }) => {
      const name = state.tunnels.find(({ id }) => id === tunnelId)?.name ?? 'Tunnel';
      const open = openConnections === 0 ? '' : `, ${count(openConnections, 'open connection')}`;
      return { id: tunnelId, kind: 'tunnel' as const, name: name + open, place: session };
    }),
    ...commands.map((run) => ({
      id: run.key,
      kind: 'command' as const,
      name: `${remoteText(readableCommand(run.command), 80)} on ${remoteText(run.nodeName)}`,
      place: run,
    })),
  ];
}

/** `2 shells and 1 tunnel`: what an answer would end, in words. */
export function endingWords(ending: readonly Ending[]): string {
  const words = (['shell', 'tunnel', 'command'] as const).flatMap((kind) => {
    const found = ending.filter((one) => one.kind === kind).length;
    return found === 0 ? [] : [count(found, kindWords[kind])];
  });
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

export function QuitQuestion({ question }: { readonly question: EndedByQuitting }) {
  const { workspace, store } = useApp();
  const ending = endings(question, store.read());
  return (
    <Question
      title="Quit Nodewharf"
      action={`End ${ending.length === 1 ? 'it' : 'all'} and quit`}
      danger
      stay="Stay"
      onYes={() => void workspace.confirmQuit(true)}
      onNo={() => void workspace.confirmQuit(false)}
    >
      <p>Still running, and ended at the service by quitting: {endingWords(ending)}.</p>
      <ul className="session-list">
        {ending.map(({ id, kind, name, place }) => {
          const Icon = kindIcons[kind];
          return (
            <li key={id} data-env={place?.environment}>
              <i className="env-bar" aria-hidden />
              <Icon className="icon" role="img" aria-label={kindWords[kind]} />
              <span className="clip">{name}</span>
              <span className="session-where">
                {place === undefined ? '' : `${environmentWord(place.environment)}, ${place.region}`}
              </span>
            </li>
          );
        })}
      </ul>
    </Question>
  );
}
