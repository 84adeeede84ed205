import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { AppErrorData } from '../../../shared/errors.ts';
import type { CredentialsSource, Environment } from '../../../shared/models.ts';
import type { AppState } from '../../state/app-state.ts';
import type { Dialog } from '../../state/dialogs.ts';
import {
  copyOf,
  emptyForm,
  type FormErrors,
  type FormField,
  formForShared,
  formOf,
  type OwnField,
  type ProfileForm,
  readForm,
} from '../../profiles/profile-form.ts';
import { guessEnvironment } from '../../profiles/guess-environment.ts';
import { remoteText } from '../../words/remote-text.ts';
import { environments } from '../../words/environments.ts';
import { errorWords } from '../../words/errors.ts';
import { useApp, useAppState } from '../use-app.ts';
import { sharedProfilesOf } from '../../profiles/shared-profiles.ts';
import { SettingsProblems } from '../shared-profiles/found-list.tsx';
import { SharedProfileField } from '../shared-profiles/shared-profile-field.tsx';
import { Choice, TextField, type TextProps } from './fields.tsx';
import { Frame } from './frame.tsx';
import { useLeftFields } from './left-fields.ts';
import { NetworkFields } from './network-fields.tsx';
import { IconButton } from '../icon-button.tsx';

type ProfileDialogValue = Extract<Dialog, { kind: 'profile' }>;

const sources: readonly { readonly kind: CredentialsSource['kind']; readonly word: string }[] = [
  { kind: 'default-chain', word: 'Default chain of the AWS SDK' },
  { kind: 'shared-profile', word: 'Profile of your AWS files' },
  { kind: 'environment', word: 'Environment variables' },
  { kind: 'lab', word: 'Local lab, no account' },
];

function initialForm(
  { profiles }: AppState,
  { id, copyOf: copied, sharedName }: ProfileDialogValue,
): ProfileForm {
  const profile = profiles.find((known) => known.id === (id ?? copied));
  if (profile !== undefined) return id === undefined ? copyOf(profile) : formOf(profile);
  return sharedName === undefined ? emptyForm : formForShared(sharedName);
}

export default function ProfileDialog({ dialog }: { readonly dialog: ProfileDialogValue }) {
  const { store, workspace } = useApp();
  const [initial] = useState(() => initialForm(store.read(), dialog));
  const [form, setForm] = useState(initial);
  const left = useLeftFields<FormField>();
  const [isLeaving, setLeaving] = useState(false);
  const [isSaving, setSaving] = useState(false);
  const [failure, setFailure] = useState<AppErrorData | undefined>(undefined);
  const profile = useAppState((state) => state.profiles.find(({ id }) => id === dialog.id));
  const sharedSettings = useAppState((state) => state.sharedSettings);
  const shared = useAppState(sharedProfilesOf);
  const chosenShared =
    form.credentials === 'shared-profile' ? shared.find(({ name }) => name === form.sharedName) : undefined;
  const read = readForm(form);
  const errors: FormErrors = 'errors' in read ? read.errors : {};
  const isChanged = JSON.stringify(form) !== JSON.stringify(initial);
  const isBuiltIn = profile?.builtIn ?? false;

  const set = (change: Partial<ProfileForm>): void => setForm({ ...form, ...change });
  const shownError = (field: FormField): string | undefined => (left.has(field) ? errors[field] : undefined);
  const close = (): void => {
    if (isChanged && !isLeaving) setLeaving(true);
    else workspace.setDialog(undefined);
  };
  const save = async (): Promise<void> => {
    left.tried();
    if (!('profile' in read)) {
      const wrong = document.querySelector<HTMLElement>('.profile-form [data-invalid]');
      wrong?.closest('details')?.setAttribute('open', '');
      wrong?.focus();
      return;
    }
    setSaving(true);
    const reply = await workspace.saveProfile(dialog.id, read.profile, read.proxyPassword);
    setSaving(false);
    if (!reply.ok) setFailure(reply.error);
  };
  const text = (field: Exclude<OwnField, 'parameters'>, props: TextProps) => (
    <TextField
      {...props}
      value={form[field]}
      error={shownError(field)}
      isWrong={errors[field] !== undefined}
      onChange={(value) => set({ [field]: value })}
      onLeave={() => form[field] !== '' && left.leave(field)}
    />
  );

  return (
    <Frame
      title={dialog.id === undefined ? 'New profile' : 'Edit profile'}
      width="middle"
      onClose={close}
      footer={
        isLeaving ? (
          <>
            <span className="foot-left" role="alert">
              There are changes that are not saved.
            </span>
            <button type="button" className="button" onClick={() => setLeaving(false)}>
              Keep editing
            </button>
            <button type="button" className="button danger" onClick={() => workspace.setDialog(undefined)}>
              Discard changes
            </button>
          </>
        ) : (
          <>
            {dialog.id !== undefined && !isBuiltIn && (
              <button
                type="button"
                className="button danger-quiet foot-left"
                onClick={() =>
                  dialog.id !== undefined && workspace.setDialog({ kind: 'remove-profile', id: dialog.id })
                }
              >
                Remove…
              </button>
            )}
            <button type="button" className="button" onClick={close}>
              Cancel
            </button>
            <button type="submit" form="profile" className="button primary" disabled={isSaving}>
              Save profile
            </button>
          </>
        )
      }
    >
      <form
        id="profile"
        className="form profile-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {failure !== undefined && (
          <p className="form-error" role="alert">
            {Object.values(errorWords(failure)).join(' ')}
          </p>
        )}
        <div className="form-pair">
          {text('name', { label: 'Name', isRequired: true, placeholder: 'acme production' })}
          <Choice
            label="Environment"
            value={form.environment}
            onChange={(environment) => set({ environment: environment as Environment })}
          >
            {environments.map(({ id, word }) => (
              <option key={id} value={id}>
                {word}
              </option>
            ))}
          </Choice>
        </div>
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
        {form.credentials === 'shared-profile' && (
          <>
            <SharedProfileField
              value={form.sharedName}
              error={shownError('sharedName')}
              isWrong={errors.sharedName !== undefined}
              onChange={(sharedName) => set({ sharedName })}
              onChoose={({ name }) =>
                set({
                  sharedName: name,
                  ...(form.name === ''
                    ? { name: name.slice(0, 80), environment: guessEnvironment(name) }
                    : {}),
                })
              }
              onLeave={() => form.sharedName !== '' && left.leave('sharedName')}
            />
            {sharedSettings.kind === 'failed' && (
              <p className="form-error">
                {sharedSettings.error.message} {sharedSettings.error.hint}
              </p>
            )}
            {sharedSettings.kind === 'ready' && <SettingsProblems problems={sharedSettings.value.problems} />}
          </>
        )}
        {form.credentials !== 'lab' && (
          <div className="form-pair">
            {text('region', {
              label: 'Region',
              isMono: true,
              placeholder:
                chosenShared?.region === undefined
                  ? 'eu-west-1'
                  : `${remoteText(chosenShared.region)}, from the AWS files`,
            })}
            {text('moreRegions', {
              label: 'More Regions to list',
              isMono: true,
              placeholder: 'eu-central-1 us-east-1',
            })}
          </div>
        )}
        <h3>Sessions</h3>
        <div className="form-pair">
          {text('target', { label: 'Target', isMono: true, placeholder: 'Any node of the list' })}
          {text('documentName', { label: 'Document', isMono: true, placeholder: 'Default of the account' })}
        </div>
        {text('reason', { label: 'Reason', placeholder: 'None' })}
        <label className="check">
          <input
            type="checkbox"
            checked={form.requiresReason}
            onChange={({ target }) => set({ requiresReason: target.checked })}
          />
          No session without a reason
        </label>
        <Parameters
          form={form}
          error={shownError('parameters')}
          onChange={(parameters) => set({ parameters })}
        />
        <NetworkFields
          value={form.network}
          isLab={form.credentials === 'lab'}
          hasPassword={profile?.hasProxyPassword === true}
          errorOf={(field) => ({ shown: shownError(field), isWrong: errors[field] !== undefined })}
          onChange={(change) => set({ network: { ...form.network, ...change } })}
          onLeave={(field) => form.network[field] !== '' && left.leave(field)}
        />
      </form>
    </Frame>
  );
}

interface ParametersProps {
  readonly form: ProfileForm;
  readonly error: string | undefined;
  readonly onChange: (parameters: ProfileForm['parameters']) => void;
}

/** Parameters of the session document: a name, and its values one a line. */
function Parameters({ form, error, onChange }: ParametersProps) {
  const { parameters } = form;
  return (
    <fieldset className="parameters">
      <legend>Parameters of the document</legend>
      {parameters.map((parameter) => {
        const change = (changed: Partial<typeof parameter>): void =>
          onChange(parameters.map((known) => (known === parameter ? { ...known, ...changed } : known)));
        return (
          <div key={parameter.id} className="parameter">
            <input
              className="field mono"
              aria-label="Parameter name"
              placeholder="name"
              value={parameter.name}
              spellCheck={false}
              onChange={({ target }) => change({ name: target.value })}
            />
            <textarea
              className="field mono"
              aria-label={`Values of ${parameter.name || 'the parameter'}, one a line`}
              placeholder="One value a line"
              rows={1}
              value={parameter.values}
              spellCheck={false}
              onChange={({ target }) => change({ values: target.value })}
            />
            <IconButton
              label={`Remove ${parameter.name || 'the parameter'}`}
              onClick={() => onChange(parameters.filter((known) => known !== parameter))}
              icon={Trash2}
            />
          </div>
        );
      })}
      {error !== undefined && (
        <p className="form-error" role="alert">
          {error}
        </p>
      )}
      <button
        type="button"
        className="button small"
        onClick={() => onChange([...parameters, { id: crypto.randomUUID(), name: '', values: '' }])}
      >
        <Plus className="icon" aria-hidden />
        Add parameter
      </button>
    </fieldset>
  );
}
