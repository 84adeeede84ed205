import {
  Boxes,
  ChevronDown,
  ChevronRight,
  CircleUser,
  Clock3,
  Container,
  Ellipsis,
  KeyRound,
  RefreshCw,
  Star,
  Tag,
  TriangleAlert,
} from 'lucide-react';
import type { InventoryHead } from '../../../shared/inventory.ts';
import type { Profile } from '../../../shared/models.ts';
import { namedRegion } from '../../../shared/places.ts';
import type { SignIn } from '../../../shared/sign-in.ts';
import type { App } from '../../app.ts';
import type { Heading } from '../../nodes/groups.ts';
import { connectWords, requestForTarget } from '../../nodes/connect.ts';
import { elementId, type GroupRow as Row } from '../../nodes/row-list.ts';
import { withFolded } from '../../state/app-state.ts';
import { signInFor } from '../../state/sign-ins.ts';
import { environmentWord } from '../../words/environments.ts';
import { signInVerb } from '../../words/sign-ins.ts';
import { gapTitle, gapsWorthAMark, gapWords } from '../../words/list-gaps.ts';
import { remoteText } from '../../words/remote-text.ts';
import { age, fullTime } from '../../words/time.ts';
import { type MenuItem, openMenu } from '../overlays/menu-store.ts';
import { useApp, useAppState, useNow } from '../use-app.ts';

export function GroupRow({ row, isCurrent }: { readonly row: Row; readonly isCurrent: boolean }) {
  const app = useApp();
  const { store } = app;
  const { group, isFolded, shown } = row;
  const { heading, total } = group;
  const place = heading.kind === 'place' ? heading : undefined;
  const now = useNow(place === undefined ? undefined : 30_000);
  const { title, detail } = titleOf(heading);
  const counted =
    shown === total ? total.toLocaleString() : `${shown.toLocaleString()} of ${total.toLocaleString()}`;
  const signIn = useAppState((state) =>
    place === undefined ? undefined : signInFor(state, place.profile.id),
  );
  const items = place === undefined ? [] : menuItems(app, place.profile, place.head, signIn);
  const state =
    place === undefined ? '' : signIn === undefined ? stateWords(place.head, now) : 'sign-in needed';
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the list above has the keyboard
    <div
      id={elementId(row.id)}
      className="group-row"
      role="treeitem"
      aria-level={1}
      aria-posinset={row.position.at}
      aria-setsize={row.position.of}
      aria-expanded={!isFolded}
      aria-selected={isCurrent}
      aria-label={[title, detail, `${counted} nodes`, state].filter((word) => word !== '').join(', ')}
      tabIndex={-1}
      data-testid="group-row"
      data-env={environmentOf(heading)}
      data-current={isCurrent || undefined}
      onClick={() => store.change((known) => withFolded(known, group.id, !isFolded))}
      onContextMenu={(event) => {
        event.preventDefault();
        if (items.length > 0) openMenu({ x: event.clientX, y: event.clientY }, items);
      }}
    >
      <HeadingMark heading={heading} />
      <span className="group-name clip" data-tip-clipped={title}>
        {title}
      </span>
      {detail !== '' && (
        <span className={place?.isOneOfSeveral === true ? 'group-region' : 'group-env clip'}>{detail}</span>
      )}
      <span className="group-end">
        {/* What comes with the pointer comes at the near end: what stands there already must not move away under it. */}
        {place !== undefined && (
          <PlaceTools profile={place.profile} place={place.head} items={items} now={now} />
        )}
        {signIn !== undefined && <SignInBadge signIn={signIn} />}
        {place !== undefined && signIn === undefined && (
          <PlaceState place={place.head} words={state} now={now} />
        )}
        <span className="group-count numbers">{counted}</span>
        {isFolded ? (
          <ChevronRight className="icon" aria-hidden />
        ) : (
          <ChevronDown className="icon" aria-hidden />
        )}
      </span>
    </div>
  );
}

function titleOf(heading: Heading): { title: string; detail: string } {
  switch (heading.kind) {
    case 'place': {
      const { profile, head, isOneOfSeveral } = heading;
      const word = environmentWord(profile.environment);
      const isSaid = profile.name.toLowerCase().includes(word.toLowerCase());
      if (isOneOfSeveral) return { title: profile.name, detail: head.region ?? '' };
      return { title: profile.name, detail: isSaid ? '' : word };
    }
    case 'environment':
      return { title: environmentWord(heading.environment), detail: '' };
    case 'account':
      return heading.accountId === undefined
        ? { title: 'Account not known', detail: '' }
        : { title: heading.accountId, detail: 'account' };
    case 'tag':
      return heading.value === undefined
        ? { title: `No ${remoteText(heading.key, 60)}`, detail: 'tag' }
        : { title: remoteText(heading.value, 120) || 'Empty', detail: remoteText(heading.key, 40) };
    case 'cluster':
      return heading.cluster === undefined
        ? { title: 'No cluster', detail: '' }
        : { title: remoteText(heading.cluster, 120), detail: 'cluster' };
    case 'favourites':
      return { title: 'Favourites', detail: '' };
    case 'recent':
      return { title: 'Recent', detail: '' };
  }
}

function environmentOf(heading: Heading): string | undefined {
  if (heading.kind === 'place') return heading.profile.environment;
  return heading.kind === 'environment' ? heading.environment : undefined;
}

const marks = { favourites: Star, recent: Clock3, account: CircleUser, tag: Tag, cluster: Boxes };

function HeadingMark({ heading }: { readonly heading: Heading }) {
  if (heading.kind === 'place' || heading.kind === 'environment')
    return <i className="env-bar" aria-hidden />;
  const Mark = marks[heading.kind];
  return <Mark className="icon group-mark" aria-hidden />;
}

/** How far the list has come, in a word or two; empty when it is as it should be. */
function stateWords({ state, fetchedAt }: InventoryHead, now: number): string {
  switch (state.kind) {
    case 'loading':
      if (state.waitsUntil !== undefined && state.waitsUntil > now) return 'slowed down';
      return state.found === 0 ? 'reading' : `reading, ${state.found.toLocaleString()}`;
    case 'failed':
      return fetchedAt === undefined ? 'failed' : `failed, ${age(fetchedAt, now)} old`;
    case 'idle':
      return fetchedAt === undefined ? 'not read' : `${age(fetchedAt, now)} old`.replace('just now old', '');
    case 'ready':
      return '';
  }
}

function SignInBadge({ signIn }: { readonly signIn: SignIn }) {
  const { signIns } = useApp();
  return (
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
  );
}

interface PlaceProps {
  readonly place: InventoryHead;
  readonly now: number;
}

function PlaceState({ place, words, now }: PlaceProps & { readonly words: string }) {
  const { state } = place;
  const gaps = state.kind === 'ready' ? gapsWorthAMark(place) : [];
  return (
    <>
      {words !== '' && (
        <span className="group-state numbers" data-tip={ageTip(place, now)}>
          {words}
        </span>
      )}
      {state.kind === 'failed' && (
        <TriangleAlert className="icon group-failed" role="img" aria-label="The last refresh failed" />
      )}
      {gaps.map((gap) => {
        const Mark = gap.part === 'containers' ? Container : Tag;
        return (
          <span
            key={gap.part}
            className="group-quiet"
            role="img"
            aria-label={gapTitle(gap)}
            data-tip={`${gapTitle(gap)}. ${gap.error.message}`}
          >
            <Mark className="icon" aria-hidden />
          </span>
        );
      })}
      {state.kind === 'loading' && (
        <RefreshCw className="icon spinner group-loading" role="img" aria-label="Reading" />
      )}
    </>
  );
}

const ageTip = ({ fetchedAt }: InventoryHead, now: number): string => {
  if (fetchedAt === undefined) return 'Not read yet';
  const old = age(fetchedAt, now);
  return `Read ${old}${old === 'just now' ? '' : ' ago'}, ${fullTime(fetchedAt)}`;
};

interface PlaceToolsProps extends PlaceProps {
  readonly profile: Profile;
  readonly items: readonly MenuItem[];
}

function PlaceTools({ profile, place, items, now }: PlaceToolsProps) {
  const { lists } = useApp();
  const isUnread = place.fetchedAt === undefined && place.state.kind === 'idle';
  return (
    <span className="group-tools" data-shown={isUnread || undefined}>
      <button
        type="button"
        className="icon-button"
        tabIndex={-1}
        aria-label={isUnread ? 'Read nodes' : `Refresh the nodes of ${profile.name}`}
        data-tip={ageTip(place, now)}
        onClick={(event) => {
          event.stopPropagation();
          void lists.refresh(profile.id, namedRegion(place));
        }}
      >
        <RefreshCw className={`icon ${place.state.kind === 'loading' ? 'spinner' : ''}`} aria-hidden />
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
  );
}

function menuItems(
  { lists, workspace, terminal, signIns, sessions }: App,
  profile: Profile,
  place: InventoryHead,
  signIn: SignIn | undefined,
): MenuItem[] {
  const request = requestForTarget(profile);
  return [
    ...(signIn === undefined
      ? []
      : [{ label: `${signInVerb(signIn)}…`, run: () => signIns.ask(signIn.id) }, 'line' as const]),
    ...(request === undefined
      ? []
      : [{ label: connectWords(request), run: () => sessions.open(request) }, 'line' as const]),
    { label: 'Refresh nodes', run: () => void lists.refresh(profile.id, namedRegion(place)) },
    ...((profile.moreRegions ?? []).length === 0
      ? []
      : [{ label: `Refresh all of ${profile.name}`, run: () => void lists.refresh(profile.id) }]),
    ...(place.gaps ?? []).map((gap) => ({
      label: `Copy why ${gapWords[gap.part]} are missing`,
      run: () => void terminal.copyWithNotice(`${gap.error.message} ${gap.error.hint}`, 'Reason'),
    })),
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
}
