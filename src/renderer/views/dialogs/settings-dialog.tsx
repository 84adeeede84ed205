import type { Settings } from '../../../shared/models.ts';
import { largestFont, smallestFont } from '../../actions/workspace-actions.ts';
import { useApp, useAppState } from '../use-app.ts';
import { Frame } from './frame.tsx';

const themes: readonly { readonly id: Settings['theme']; readonly word: string }[] = [
  { id: 'system', word: 'As the system' },
  { id: 'dark', word: 'Dark' },
  { id: 'light', word: 'Light' },
];

const reasonRules: readonly { readonly id: Settings['requireReason']; readonly word: string }[] = [
  { id: 'never', word: 'None' },
  { id: 'production', word: 'Production' },
  { id: 'always', word: 'All' },
];

const scrollbacks = [1000, 5000, 10_000, 25_000, 50_000, 100_000];

/** Each change counts at once; there is nothing to save or to lose. */
export function SettingsDialog() {
  const { workspace } = useApp();
  const settings = useAppState((state) => state.settings);
  const set = (change: Partial<Settings>): void => void workspace.saveSettings({ ...settings, ...change });
  return (
    <Frame title="Settings" width="middle" onClose={() => workspace.setDialog(undefined)}>
      <div className="settings">
        <fieldset className="setting">
          <legend>Theme</legend>
          <div className="segments">
            {themes.map(({ id, word }) => (
              <label key={id}>
                <input
                  type="radio"
                  name="theme"
                  checked={settings.theme === id}
                  onChange={() => set({ theme: id })}
                />
                <span>{word}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <div className="setting">
          <label htmlFor="font-size">Text size in terminals</label>
          <div className="stepper">
            <button
              type="button"
              className="button small"
              aria-label="Smaller"
              disabled={settings.fontSize <= smallestFont}
              onClick={() => set({ fontSize: settings.fontSize - 1 })}
            >
              −
            </button>
            <output id="font-size" className="numbers">
              {settings.fontSize} px
            </output>
            <button
              type="button"
              className="button small"
              aria-label="Larger"
              disabled={settings.fontSize >= largestFont}
              onClick={() => set({ fontSize: settings.fontSize + 1 })}
            >
              +
            </button>
          </div>
        </div>
        <div className="setting">
          <label htmlFor="scrollback">
            Scrollback
            <span className="form-hint">Lines kept of each tab. A full tab of 10,000 takes about 20 MB.</span>
          </label>
          <select
            id="scrollback"
            className="field"
            value={settings.scrollback}
            onChange={({ target }) => set({ scrollback: Number(target.value) })}
          >
            {[...new Set([...scrollbacks, settings.scrollback])]
              .sort((a, b) => a - b)
              .map((lines) => (
                <option key={lines} value={lines}>
                  {lines.toLocaleString()}
                </option>
              ))}
          </select>
        </div>
        <label className="setting">
          <span>
            Copy on select
            <span className="form-hint">What is selected in a terminal goes to the clipboard at once.</span>
          </span>
          <input
            type="checkbox"
            className="switch"
            role="switch"
            aria-checked={settings.copyOnSelect}
            checked={settings.copyOnSelect}
            onChange={({ target }) => set({ copyOnSelect: target.checked })}
          />
        </label>
        <label className="setting">
          <span>
            Ask before closing a live tab
            <span className="form-hint">Closing ends its session at the service.</span>
          </span>
          <input
            type="checkbox"
            className="switch"
            role="switch"
            aria-checked={settings.confirmClose}
            checked={settings.confirmClose}
            onChange={({ target }) => set({ confirmClose: target.checked })}
          />
        </label>
        <label className="setting">
          <span>
            Notifications
            <span className="form-hint">Of what happens to a session while this window is not in front.</span>
          </span>
          <input
            type="checkbox"
            className="switch"
            role="switch"
            aria-checked={settings.notifications}
            checked={settings.notifications}
            onChange={({ target }) => set({ notifications: target.checked })}
          />
        </label>
        <fieldset className="setting">
          <legend>
            Sessions that need a reason
            <span className="form-hint">A profile can ask for one as well.</span>
          </legend>
          <div className="segments">
            {reasonRules.map(({ id, word }) => (
              <label key={id}>
                <input
                  type="radio"
                  name="require-reason"
                  checked={settings.requireReason === id}
                  onChange={() => set({ requireReason: id })}
                />
                <span>{word}</span>
              </label>
            ))}
          </div>
        </fieldset>
      </div>
    </Frame>
  );
}
