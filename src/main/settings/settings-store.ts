import { dirname } from 'node:path';
import { z } from 'zod';
import { defaultSettings, type Settings, settingsSchema } from '../../shared/models.ts';
import { type LoadProblem, loadProblem } from '../storage/load-problem.ts';
import { type FileFormat, VersionedFile } from '../storage/versioned-file.ts';

const settingsFileSchema = z.strictObject({ version: z.literal(2), settings: settingsSchema });
type SettingsFile = z.infer<typeof settingsFileSchema>;

const settingsFileFormat: FileFormat<SettingsFile> = {
  holds: 'settings',
  version: 2,
  schema: settingsFileSchema,
  migrations: { 1: withReasonsAndNotifications },
};

/** Version 1 had no rule for reasons, and no notifications. */
function withReasonsAndNotifications(old: unknown): unknown {
  const { settings } = old as { settings: object };
  const { requireReason, notifications } = defaultSettings;
  return { version: 2, settings: { ...settings, requireReason, notifications } };
}

/** What the user has chosen. Owns `settings.json`. */
export class SettingsStore {
  readonly #file: VersionedFile<SettingsFile>;
  readonly #onChanged: (settings: Settings) => void;
  #settings: Settings;
  /** What was wrong with the file at the start. */
  readonly problem: LoadProblem | undefined;

  constructor(path: string, now: number, onChanged: (settings: Settings) => void) {
    this.#file = new VersionedFile(path, settingsFileFormat);
    this.#onChanged = onChanged;
    const loaded = this.#file.load(now);
    this.problem = loadProblem(loaded, settingsFileFormat.holds, dirname(path));
    this.#settings = loaded.kind === 'loaded' ? loaded.value.settings : defaultSettings;
  }

  get current(): Settings {
    return this.#settings;
  }

  /** Takes effect at once; resolves when it is on the disk. */
  async save(settings: Settings): Promise<Settings> {
    this.#settings = settings;
    this.#onChanged(settings);
    await this.#file.save({ version: 2, settings });
    return settings;
  }

  settled(): Promise<void> {
    return this.#file.settled();
  }
}
