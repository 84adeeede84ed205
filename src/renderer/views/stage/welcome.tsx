import { Plus, SquareTerminal } from 'lucide-react';
import { connectTo, connectWords, requestForTarget } from '../../nodes/connect.ts';
import type { AppState } from '../../state/app-state.ts';
import { shortcutLabel } from '../../commands/shortcuts.ts';
import { unusedProfiles } from '../../profiles/shared-profiles.ts';
import { FoundList, SettingsProblems } from '../shared-profiles/found-list.tsx';
import { useApp, useAppState, useNodeFact } from '../use-app.ts';

/** More than a handful is a list to search, and the palette is better at that. */
const offeredProfiles = 6;
const offeredProblems = 2;

const labProfile = (state: AppState) => state.profiles.find(({ credentials }) => credentials.kind === 'lab');

const labList = ({ inventories }: AppState, profileId: string) =>
  Object.values(inventories).find((head) => head.profileId === profileId);

/** The stage with no tab: one click from a shell. */
export function Welcome() {
  const app = useApp();
  const { workspace } = app;
  const lab = useAppState(labProfile);
  const list = useAppState((state) => (lab === undefined ? undefined : labList(state, lab.id)));
  const node = useNodeFact((nodes) => (lab === undefined ? undefined : nodes.firstOnline(lab.id)));
  const platform = useAppState((state) =>
    state.start.kind === 'ready' ? state.start.value.platform : 'linux',
  );
  const isStarting = lab !== undefined && node === undefined && list?.state.kind !== 'failed';
  return (
    <div className="welcome">
      <div className="welcome-inside">
        <h1>Open a shell on a managed node</h1>
        <p className="welcome-lead">
          Choose a node on the left: click it, or type to filter and press Enter. The local lab runs on this
          machine and needs no account.
        </p>
        <div className="welcome-actions">
          {lab !== undefined && (
            <button
              type="button"
              className="button primary"
              disabled={node === undefined}
              onClick={() => node !== undefined && connectTo(app, { profile: lab, node }, 'now')}
            >
              <SquareTerminal className="icon" aria-hidden />
              {node === undefined
                ? isStarting
                  ? 'Starting the lab…'
                  : 'Lab not available'
                : `Open a shell on ${node.name}`}
            </button>
          )}
          <button type="button" className="button" onClick={() => workspace.setDialog({ kind: 'profile' })}>
            <Plus className="icon" aria-hidden />
            New profile
          </button>
        </div>
        <QueryProfiles />
        <FoundProfiles />
        <dl className="welcome-keys">
          <div>
            <dt>Go to a node, a profile, an action</dt>
            <dd className="key">{shortcutLabel('palette', platform)}</dd>
          </div>
          <div>
            <dt>Filter the node list</dt>
            <dd className="key">{shortcutLabel('focus-list', platform)}</dd>
          </div>
          <div>
            <dt>All shortcuts</dt>
            <dd className="key">?</dd>
          </div>
        </dl>
      </div>
    </div>
  );
}

/** Profiles that know by themselves where to connect to. */
function QueryProfiles() {
  const { sessions } = useApp();
  const profiles = useAppState((state) => state.profiles);
  const offered = profiles.flatMap((profile) => {
    const request = requestForTarget(profile);
    return request === undefined ? [] : [{ profile, request }];
  });
  if (offered.length === 0) return null;
  return (
    <ul className="welcome-targets" aria-label="Targets of your profiles">
      {offered.slice(0, offeredProfiles).map(({ profile, request }) => (
        <li key={profile.id}>
          <button
            type="button"
            className="button"
            data-env={profile.environment}
            onClick={() => sessions.open(request)}
          >
            <i className="env-bar" aria-hidden />
            <span className="clip">{connectWords(request)}</span>
            <span className="welcome-profile clip">{profile.name}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Profiles of the AWS files that no saved one uses yet. Nothing is read with them before somebody says so. */
function FoundProfiles() {
  const { workspace } = useApp();
  const settings = useAppState((state) => state.sharedSettings);
  const profiles = useAppState((state) => state.profiles);
  if (settings.kind !== 'ready') return null;
  const found = unusedProfiles(settings.value.profiles, profiles);
  const { problems } = settings.value;
  if (found.length === 0 && problems.length === 0) return null;
  return (
    <section className="found" aria-label="Profiles of your AWS files">
      <h2>In your AWS files</h2>
      {found.length > 0 && <FoundList found={found.slice(0, offeredProfiles)} />}
      <SettingsProblems problems={problems.slice(0, offeredProblems)} />
      {(found.length > offeredProfiles || problems.length > offeredProblems) && (
        <button
          type="button"
          className="button small"
          onClick={() => workspace.setDialog({ kind: 'found-profiles' })}
        >
          Show all {found.length}…
        </button>
      )}
    </section>
  );
}
