import type { CredentialsSource } from '../../../shared/models.ts';
import { guessEnvironment } from '../../profiles/guess-environment.ts';
import { sharedProfilesOf } from '../../profiles/shared-profiles.ts';
import { remoteText } from '../../words/remote-text.ts';
import { Choice } from '../dialogs/fields.tsx';
import { SettingsProblems } from '../shared-profiles/found-list.tsx';
import { SharedProfileField } from '../shared-profiles/shared-profile-field.tsx';
import { useAppState } from '../use-app.ts';
import { ProfileText } from './profile-text.tsx';
import type { ProfileFields } from './use-profile-fields.ts';

const sources: readonly { readonly kind: CredentialsSource['kind']; readonly word: string }[] = [
  { kind: 'default-chain', word: 'Default chain of the AWS SDK' },
  { kind: 'shared-profile', word: 'Profile of your AWS files' },
  { kind: 'environment', word: 'Environment variables' },
  { kind: 'lab', word: 'Local lab, no account' },
];

interface CredentialsFieldsProps {
  readonly fields: ProfileFields;
  /** The profile came with the app: it stays what it is. */
  readonly isBuiltIn: boolean;
}

/** Who calls, and in which Regions. */
export function CredentialsFields({ fields, isBuiltIn }: CredentialsFieldsProps) {
  const { form, set } = fields;
  const shared = useAppState(sharedProfilesOf);
  const chosen =
    form.credentials === 'shared-profile' ? shared.find(({ name }) => name === form.sharedName) : undefined;
  return (
    <>
      <Choice
        label="Credentials"
        value={form.credentials}
        isDisabled={isBuiltIn}
        onChange={(credentials) => set({ credentials: credentials as CredentialsSource['kind'] })}
      >
        {sources.map(({ kind, word }) => (
          <option key={kind} value={kind}>
            {word}
          </option>
        ))}
      </Choice>
      {form.credentials === 'shared-profile' && <SharedProfile fields={fields} />}
      {form.credentials !== 'lab' && (
        <div className="form-pair">
          <ProfileText
            fields={fields}
            field="region"
            label="Region"
            isMono
            placeholder={
              chosen?.region === undefined ? 'eu-west-1' : `${remoteText(chosen.region)}, from the AWS files`
            }
          />
          <ProfileText
            fields={fields}
            field="moreRegions"
            label="More Regions to list"
            isMono
            placeholder="eu-central-1 us-east-1"
          />
        </div>
      )}
      <label className="check">
        <input
          type="checkbox"
          checked={!form.withoutContainers}
          onChange={({ target }) => set({ withoutContainers: !target.checked })}
        />
        List the containers of ECS too
      </label>
    </>
  );
}

/** Which profile of the AWS files, and what is wrong with those files. */
function SharedProfile({ fields }: { readonly fields: ProfileFields }) {
  const { form, set } = fields;
  const settings = useAppState((state) => state.sharedSettings);
  const { shown, isWrong } = fields.errorOf('sharedName');
  return (
    <>
      <SharedProfileField
        value={form.sharedName}
        error={shown}
        isWrong={isWrong}
        onChange={(sharedName) => set({ sharedName })}
        onChoose={({ name }) =>
          set({
            sharedName: name,
            ...(form.name === '' ? { name: name.slice(0, 80), environment: guessEnvironment(name) } : {}),
          })
        }
        onLeave={() => fields.leave('sharedName', form.sharedName)}
      />
      {settings.kind === 'failed' && (
        <p className="form-error">
          {settings.error.message} {settings.error.hint}
        </p>
      )}
      {settings.kind === 'ready' && <SettingsProblems problems={settings.value.problems} />}
    </>
  );
}
