import { Plus, SquareTerminal } from 'lucide-react';
import { connectTo } from '../../nodes/connect.ts';
import type { AppState } from '../../state/app-state.ts';
import { shortcutLabel } from '../../commands/shortcuts.ts';
import { useApp, useAppState } from '../use-app.ts';

/** More than a handful is a list to search, and the palette is better at that. */
const offeredProfiles = 6;

const labProfile = (state: AppState) => state.profiles.find(({ credentials }) => credentials.kind === 'lab');

/** The stage with no tab: one click from a shell. */
export function Welcome() {
  const app = useApp();
  const { workspace } = app;
  const lab = useAppState(labProfile);
  const inventory = useAppState((state) => (lab === undefined ? undefined : state.inventories[lab.id]));
  const platform = useAppState((state) =>
    state.start.kind === 'ready' ? state.start.value.platform : 'linux',
  );
  const node = inventory?.nodes.find(({ online }) => online);
  const isStarting = lab !== undefined && node === undefined && inventory?.state.kind !== 'failed';
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

/** Names in the shared AWS files that no profile uses yet. Nothing is read with them before somebody says so. */
function FoundProfiles() {
  const { workspace } = useApp();
  const shared = useAppState((state) => state.sharedProfiles);
  const profiles = useAppState((state) => state.profiles);
  if (shared.kind !== 'ready') return null;
  const used = new Set(
    profiles.map(({ credentials }) => (credentials.kind === 'shared-profile' ? credentials.profileName : '')),
  );
  const found = shared.value.filter(({ name }) => !used.has(name));
  if (found.length === 0) return null;
  return (
    <section className="found" aria-label="Profiles found in your AWS configuration">
      <h2>
        Found in your AWS configuration
        {found.length > offeredProfiles && <span className="found-more"> {found.length} profiles</span>}
      </h2>
      <ul>
        {found.slice(0, offeredProfiles).map(({ name, region }) => (
          <li key={name}>
            <span className="mono clip" data-tip-clipped={name}>
              {name}
            </span>
            <span className="found-region">{region ?? 'no Region set'}</span>
            <button
              type="button"
              className="button small"
              aria-label={`Add ${name} as a profile`}
              onClick={() => workspace.setDialog({ kind: 'profile', sharedName: name })}
            >
              Add
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
