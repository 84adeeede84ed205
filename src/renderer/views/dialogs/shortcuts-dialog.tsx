import { commandTitles } from '../../commands/commands.ts';
import { chordsOf, type CommandId } from '../../commands/shortcuts.ts';
import { useApp, useAppState } from '../use-app.ts';
import { Frame } from './frame.tsx';

const groups: readonly { readonly title: string; readonly commands: readonly CommandId[] }[] = [
  {
    title: 'Anywhere',
    commands: [
      'palette',
      'focus-list',
      'tunnels',
      'commands',
      'history',
      'settings',
      'shortcuts',
      'toggle-sidebar',
      'toggle-inspector',
    ],
  },
  {
    title: 'Tabs',
    commands: [
      'go-to-node',
      'close-tab',
      'reopen-tab',
      'next-tab',
      'previous-tab',
      'move-tab-left',
      'move-tab-right',
    ],
  },
  { title: 'Terminal', commands: ['copy', 'paste', 'find', 'clear', 'zoom-in', 'zoom-out', 'zoom-reset'] },
];

export function ShortcutsDialog() {
  const { workspace } = useApp();
  const platform = useAppState((state) =>
    state.start.kind === 'ready' ? state.start.value.platform : 'linux',
  );
  const version = useAppState((state) => (state.start.kind === 'ready' ? state.start.value.version : ''));
  const tabKey = platform === 'darwin' ? 'Cmd' : 'Alt';
  return (
    <Frame title="Keyboard shortcuts" width="wide" onClose={() => workspace.setDialog(undefined)}>
      <div className="shortcut-groups">
        {groups.map(({ title, commands }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {commands
                .map((command) => ({ command, chord: chordsOf(command, platform)[0] }))
                .filter(({ chord }) => chord !== undefined)
                .map(({ command, chord }) => (
                  <div key={command}>
                    <dt>{commandTitles[command]}</dt>
                    <dd className="key">{chord}</dd>
                  </div>
                ))}
              {title === 'Tabs' && (
                <div>
                  <dt>Tab 1 to 8, and the last one</dt>
                  <dd className="key">
                    {tabKey}+1…{tabKey}+9
                  </dd>
                </div>
              )}
              {title === 'Terminal' && (
                <div>
                  <dt>Reconnect an ended session</dt>
                  <dd className="key">Enter</dd>
                </div>
              )}
            </dl>
          </section>
        ))}
        <section>
          <h3>Node list</h3>
          <dl>
            <div>
              <dt>Choose, connect</dt>
              <dd className="key">Up, Down, Enter</dd>
            </div>
            <div>
              <dt>Connect with reason or document</dt>
              <dd className="key">{platform === 'darwin' ? 'Cmd' : 'Ctrl'}+Enter</dd>
            </div>
            <div>
              <dt>Fold, unfold a profile</dt>
              <dd className="key">Left, Right</dd>
            </div>
            <div>
              <dt>Filter by a fact</dt>
              <dd className="mono">state:online env:prod</dd>
            </div>
          </dl>
        </section>
      </div>
      <p className="form-hint">
        {platform === 'darwin' ? '' : 'Ctrl with a letter alone always goes to the shell. '}Nodewharf{' '}
        {version}
      </p>
    </Frame>
  );
}
