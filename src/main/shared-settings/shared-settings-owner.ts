import type {
  SettingsProfile,
  SettingsWatch,
  SharedSettings as FoundSettings,
} from '../../aws/shared-settings.ts';
import type { SharedProfile, SharedSettings } from '../../shared/shared-settings.ts';

/** The room that reads the files; heavy, so it is loaded when it is first asked for. */
interface SettingsRoom {
  readSharedSettings(): Promise<FoundSettings>;
  watchSharedSettings(onChange: (settings: FoundSettings) => void): SettingsWatch;
}

/** What the shared AWS files hold, and the watch over them, which begins when they are first asked for. */
export class SharedSettingsOwner {
  readonly #load: () => Promise<SettingsRoom>;
  readonly #onChanged: (settings: SharedSettings) => void;
  #watch: SettingsWatch | undefined;
  #hasEnded = false;

  constructor(load: () => Promise<SettingsRoom>, onChanged: (settings: SharedSettings) => void) {
    this.#load = load;
    this.#onChanged = onChanged;
  }

  async read(): Promise<SharedSettings> {
    const room = await this.#load();
    if (!this.#hasEnded) {
      this.#watch ??= room.watchSharedSettings((settings) => this.#onChanged(toShared(settings)));
    }
    return toShared(await room.readSharedSettings());
  }

  end(): void {
    this.#hasEnded = true;
    this.#watch?.close();
    this.#watch = undefined;
  }
}

/** No more than the screen needs. */
function toShared({ profiles, problems }: FoundSettings): SharedSettings {
  return {
    profiles: profiles.map(toSharedProfile),
    problems: problems.map(({ file, line, profileName, message, hint }) => ({
      file,
      ...(line === undefined ? {} : { line }),
      ...(profileName === undefined ? {} : { profileName }),
      message,
      hint,
    })),
  };
}

function toSharedProfile(profile: SettingsProfile): SharedProfile {
  const { name, kind, region, sso, roleArn, accountId, mfaSerial, runsProcess } = profile;
  const account = accountId ?? sso?.accountId;
  const roleName = roleArn?.split('/').at(-1) ?? sso?.roleName;
  const signsInTo = sso === undefined ? undefined : (sso.login.sessionName ?? hostOf(sso.login.startUrl));
  return {
    name,
    kind,
    ...(region === undefined ? {} : { region }),
    ...(account === undefined ? {} : { accountId: account }),
    ...(roleName === undefined ? {} : { roleName }),
    ...(signsInTo === undefined ? {} : { signsInTo }),
    needsCode: mfaSerial !== undefined,
    runsProgram: runsProcess,
  };
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
