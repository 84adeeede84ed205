import { ChevronDown, ChevronRight, Ellipsis, KeyRound, RefreshCw, TriangleAlert } from 'lucide-react';
import { elementId, type Row } from '../../nodes/rows.ts';
import { withFolded } from '../../state/app-state.ts';
import { signInFor } from '../../state/sign-ins.ts';
import { environmentWord } from '../../words/environments.ts';
import { signInVerb } from '../../words/sign-ins.ts';
import { age, fullTime } from '../../words/time.ts';
import { type MenuItem, openMenu } from '../overlays/menu-store.ts';
import { useApp, useAppState, useNow } from '../use-app.ts';

export function GroupRow({
  row,
  isCurrent,
}: {
  readonly row: Extract<Row, { kind: 'group' }>;
  readonly isCurrent: boolean;
}) {
  const { store, workspace, signIns } = useApp();
  const { profile, inventory, folded, shown, total } = row;
  const signIn = useAppState((state) => signInFor(state, profile.id));
  const now = useNow(30_000);
  const isLoading = inventory.state.kind === 'loading';
  const fold = (): void => store.change((state) => withFolded(state, profile.id, !folded));
  const items: MenuItem[] = [
    ...(signIn === undefined
      ? []
      : [{ label: `${signInVerb(signIn)}…`, run: () => signIns.ask(signIn.id) }, 'line' as const]),
    { label: 'Refresh nodes', run: () => void workspace.refresh(profile.id) },
    'line',
    { label: 'Edit profile…', run: () => workspace.setDialog({ kind: 'profile', id: profile.id }) },
    { label: 'Duplicate profile…', run: () => workspace.setDialog({ kind: 'profile', copyOf: profile.id }) },
    ...(profile.builtIn
      ? []
      : ([
          'line',
          {
            label: 'Remove profile…',
            danger: true,
            run: () => workspace.setDialog({ kind: 'remove-profile', id: profile.id }),
          },
        ] satisfies MenuItem[])),
  ];
  const word = environmentWord(profile.environment);
  const counted =
    shown === total ? total.toLocaleString() : `${shown.toLocaleString()} of ${total.toLocaleString()}`;
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the list above has the keyboard
    <div
      id={elementId(row.id)}
      className="group-row"
      role="treeitem"
      aria-level={1}
      aria-expanded={!folded}
      aria-selected={isCurrent}
      aria-label={`${profile.name}, ${word}, ${counted} nodes${signIn === undefined ? '' : ', sign-in needed'}`}
      tabIndex={-1}
      data-env={profile.environment}
      data-current={isCurrent || undefined}
      onClick={fold}
      onContextMenu={(event) => {
        event.preventDefault();
        openMenu({ x: event.clientX, y: event.clientY }, items);
      }}
    >
      <i className="env-bar" aria-hidden />
      <span className="group-name clip" data-tip-clipped={profile.name}>
        {profile.name}
      </span>
      {!profile.name.toLowerCase().includes(word.toLowerCase()) && <span className="group-env">{word}</span>}
      <span className="group-end">
        {signIn !== undefined && (
          <button
            type="button"
            className="pill sign-in-badge"
            tabIndex={-1}
            data-testid="sign-in-badge"
            data-tip={signInVerb(signIn)}
            onClick={(event) => {
              event.stopPropagation();
              signIns.ask(signIn.id);
            }}
          >
            <KeyRound className="icon" aria-hidden />
            {signIn.kind === 'mfa' ? 'code' : 'sign in'}
          </button>
        )}
        {inventory.state.kind === 'failed' && signIn === undefined && (
          <TriangleAlert className="icon group-failed" role="img" aria-label="The last refresh failed" />
        )}
        <span className="group-count numbers">{counted}</span>
        <span className="group-tools">
          <button
            type="button"
            className="icon-button"
            tabIndex={-1}
            aria-label={`Refresh the nodes of ${profile.name}`}
            data-tip={
              inventory.fetchedAt === undefined
                ? 'Not read yet'
                : `Read ${age(inventory.fetchedAt, now)}${age(inventory.fetchedAt, now) === 'just now' ? '' : ' ago'}, ${fullTime(inventory.fetchedAt)}`
            }
            onClick={(event) => {
              event.stopPropagation();
              void workspace.refresh(profile.id);
            }}
          >
            <RefreshCw className={`icon ${isLoading ? 'spinner' : ''}`} aria-hidden />
          </button>
          <button
            type="button"
            className="icon-button"
            tabIndex={-1}
            aria-label={`More for ${profile.name}`}
            aria-haspopup="menu"
            onClick={(event) => {
              event.stopPropagation();
              const { left, bottom } = event.currentTarget.getBoundingClientRect();
              openMenu({ x: left, y: bottom + 2 }, items);
            }}
          >
            <Ellipsis className="icon" aria-hidden />
          </button>
        </span>
        {isLoading && <RefreshCw className="icon spinner group-loading" role="img" aria-label="Reading" />}
        {folded ? (
          <ChevronRight className="icon" aria-hidden />
        ) : (
          <ChevronDown className="icon" aria-hidden />
        )}
      </span>
    </div>
  );
}
