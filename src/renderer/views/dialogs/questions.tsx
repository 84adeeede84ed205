import type { ManagedNode } from '../../../shared/inventory.ts';
import type { SessionSummary } from '../../../shared/models.ts';
import { sessionOf, sessionTabById, stateOf } from '../../actions/session-actions.ts';
import { isLive, type NodeRequest } from '../../state/tabs.ts';
import { environmentWord } from '../../words/environments.ts';
import { count } from '../../words/numbers.ts';
import { remoteText } from '../../words/remote-text.ts';
import { age, fullTime } from '../../words/time.ts';
import { tabTitle } from '../tabs/tab-title.ts';
import { useApp, useAppState } from '../use-app.ts';
import { Question } from './frame.tsx';

const useCancel = (): (() => void) => {
  const { workspace } = useApp();
  return () => workspace.setDialog(undefined);
};

interface Listed {
  readonly key: string;
  readonly name: string;
  readonly session: SessionSummary | undefined;
}

/** Sessions by name and place, so that nobody ends one without having read which. */
function SessionList({ sessions }: { readonly sessions: readonly Listed[] }) {
  return (
    <ul className="session-list">
      {sessions.map(({ key, name, session }) => (
        <li key={key} data-env={session?.environment}>
          <i className="env-bar" aria-hidden />
          <span className="clip">{name}</span>
          <span className="session-where">
            {session === undefined ? '' : `${environmentWord(session.environment)}, ${session.region}`}
          </span>
        </li>
      ))}
    </ul>
  );
}

const useLiveTabs = (tabIds: readonly string[]): Listed[] => {
  const { store } = useApp();
  const state = store.read();
  return tabIds.flatMap((id) => {
    const tab = sessionTabById(state, id);
    if (tab === undefined || !isLive(stateOf(state, tab))) return [];
    return [{ key: id, name: tabTitle(tab), session: sessionOf(state, tab) }];
  });
};

export function CloseTabsQuestion({ tabIds }: { readonly tabIds: readonly string[] }) {
  const { sessions, workspace, store } = useApp();
  const cancel = useCancel();
  const live = useLiveTabs(tabIds);
  const settings = useAppState((state) => state.settings);
  const more = tabIds.length > 1;
  return (
    <Question
      title={more ? `Close ${count(tabIds.length, 'tab')}` : 'Close this tab'}
      action={live.length > 1 ? `End ${live.length} sessions` : 'End session'}
      danger
      onYes={() => sessions.closeNow(tabIds)}
      onNo={cancel}
    >
      <p>
        {live.length === 1
          ? 'This session is still live. It ends'
          : 'These sessions are still live. They end'}{' '}
        at the service, with everything that runs in {live.length === 1 ? 'it' : 'them'}.
      </p>
      <SessionList sessions={live} />
      <label className="check">
        <input
          type="checkbox"
          checked={!settings.confirmClose}
          onChange={({ target }) =>
            void workspace.saveSettings({ ...store.read().settings, confirmClose: !target.checked })
          }
        />
        Close without asking from now on
      </label>
    </Question>
  );
}

export function EndSessionQuestion({ tabId }: { readonly tabId: string }) {
  const { sessions } = useApp();
  const cancel = useCancel();
  const live = useLiveTabs([tabId]);
  return (
    <Question
      title="End this session"
      action="End session"
      danger
      onYes={() => void sessions.end(tabId)}
      onNo={cancel}
    >
      <p>It ends at the service, with everything that runs in it. The tab stays, to be read.</p>
      <SessionList sessions={live} />
    </Question>
  );
}

export function OfflineQuestion({
  request,
  node,
}: {
  readonly request: NodeRequest;
  readonly node: ManagedNode;
}) {
  const { sessions, workspace } = useApp();
  const cancel = useCancel();
  const name = remoteText(node.name) || node.id;
  return (
    <Question
      title={`${name} is offline`}
      action="Try anyway"
      onYes={() => {
        workspace.setDialog(undefined);
        sessions.open(request);
      }}
      onNo={cancel}
    >
      {node.lastPingAt === undefined ? (
        <p>The service has not heard from its agent.</p>
      ) : (
        <p>
          The service last heard from its agent{' '}
          <span title={fullTime(node.lastPingAt)}>{sinceWords(node.lastPingAt)}</span>.
        </p>
      )}
      <p>What to look at, in this order:</p>
      <ul className="bullets">
        <li>whether the node runs</li>
        <li>whether its SSM agent runs, and has the memory and disk to</li>
        <li>whether it reaches the Systems Manager endpoints over HTTPS</li>
        <li>whether its instance profile or hybrid activation still allows it</li>
      </ul>
      <p>
        <button
          type="button"
          className="link-button"
          onClick={() => workspace.setDialog({ kind: 'doctor', request })}
        >
          Find out what stands in the way
        </button>
      </p>
      <p className="mono copyable">{node.id}</p>
    </Question>
  );
}

function sinceWords(at: number): string {
  const since = age(at, Date.now());
  return since === 'just now' ? since : `${since} ago`;
}

export function RemoveProfileQuestion({ id }: { readonly id: string }) {
  const { workspace } = useApp();
  const cancel = useCancel();
  const name = useAppState((state) => state.profiles.find((profile) => profile.id === id)?.name ?? '');
  const used = useAppState((state) => state.tunnels.filter(({ profileId }) => profileId === id).length);
  return (
    <Question
      title="Remove this profile"
      action="Remove profile"
      danger
      onYes={() => void workspace.removeProfile(id)}
      onNo={cancel}
    >
      <p>
        <b>{name}</b> and its node list go. Its sessions go on, and history keeps them. Nothing changes in AWS
        or in your AWS files.
      </p>
      {used > 0 && (
        <p>
          {count(used, 'saved tunnel')} {used === 1 ? 'uses' : 'use'} it, and cannot be started without it.
        </p>
      )}
    </Question>
  );
}

export function OpenLinkQuestion({ text, url }: { readonly text: string; readonly url: string }) {
  const { terminal } = useApp();
  const cancel = useCancel();
  return (
    <Question
      title="Open this link"
      action="Open link"
      onYes={() => void terminal.openLink(url)}
      onNo={cancel}
    >
      <p>The text that was clicked is not the address that opens.</p>
      <dl className="compare">
        <dt>Text</dt>
        <dd className="mono copyable">{remoteText(text)}</dd>
        <dt>Opens</dt>
        <dd className="mono copyable">{url}</dd>
      </dl>
    </Question>
  );
}

export function ClearHistoryQuestion() {
  const { workspace } = useApp();
  const cancel = useCancel();
  return (
    <Question
      title="Clear the history"
      action="Clear history"
      danger
      onYes={() => void workspace.clearHistory()}
      onNo={cancel}
    >
      <p>
        The list of past sessions on this machine goes, for good. What AWS keeps of them, in CloudTrail for
        one, does not change.
      </p>
    </Question>
  );
}
