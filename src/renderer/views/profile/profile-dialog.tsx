import { useState } from 'react';
import type { AppErrorData } from '../../../shared/errors.ts';
import type { Environment } from '../../../shared/models.ts';
import { copyOf, emptyForm, formForShared, formOf, type ProfileForm } from '../../profiles/profile-form.ts';
import type { AppState } from '../../state/app-state.ts';
import type { Dialog } from '../../state/dialogs.ts';
import { environments } from '../../words/environments.ts';
import { errorWords } from '../../words/errors.ts';
import { Choice } from '../dialogs/fields.tsx';
import { Frame } from '../dialogs/frame.tsx';
import { UnsavedFooter } from '../dialogs/unsaved-footer.tsx';
import { useApp, useAppState } from '../use-app.ts';
import { CredentialsFields } from './credentials-fields.tsx';
import { NetworkFields } from './network-fields.tsx';
import { ProfileText } from './profile-text.tsx';
import { SessionFields } from './session-fields.tsx';
import { useProfileFields } from './use-profile-fields.ts';

type ProfileDialogValue = Extract<Dialog, { kind: 'profile' }>;

function initialForm(
  { profiles }: AppState,
  { id, copyOf: copied, sharedName }: ProfileDialogValue,
): ProfileForm {
  const profile = profiles.find((known) => known.id === (id ?? copied));
  if (profile !== undefined) return id === undefined ? copyOf(profile) : formOf(profile);
  return sharedName === undefined ? emptyForm : formForShared(sharedName);
}

/** A profile made or changed: its name, then each part of the form. */
export default function ProfileDialog({ dialog }: { readonly dialog: ProfileDialogValue }) {
  const { store, workspace } = useApp();
  const { id } = dialog;
  const [initial] = useState(() => initialForm(store.read(), dialog));
  const fields = useProfileFields(initial);
  const { form, set } = fields;
  const [isLeaving, setLeaving] = useState(false);
  const [isSaving, setSaving] = useState(false);
  const [failure, setFailure] = useState<AppErrorData | undefined>(undefined);
  const profile = useAppState((state) => state.profiles.find((known) => known.id === id));
  const isBuiltIn = profile?.builtIn ?? false;

  const close = (): void => {
    if (fields.isChanged && !isLeaving) setLeaving(true);
    else workspace.setDialog(undefined);
  };
  const save = async (): Promise<void> => {
    fields.tried();
    if (fields.filled === undefined) {
      const wrong = document.querySelector<HTMLElement>('.profile-form [data-invalid]');
      wrong?.closest('details')?.setAttribute('open', '');
      wrong?.focus();
      return;
    }
    setSaving(true);
    const reply = await workspace.saveProfile(id, fields.filled.profile, fields.filled.proxyPassword);
    setSaving(false);
    if (!reply.ok) setFailure(reply.error);
  };

  return (
    <Frame
      title={id === undefined ? 'New profile' : 'Edit profile'}
      width="middle"
      onClose={close}
      footer={
        isLeaving ? (
          <UnsavedFooter onKeep={() => setLeaving(false)} onDiscard={() => workspace.setDialog(undefined)} />
        ) : (
          <>
            {id !== undefined && !isBuiltIn && (
              <button
                type="button"
                className="button danger-quiet foot-left"
                onClick={() => workspace.setDialog({ kind: 'remove-profile', id })}
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
          <ProfileText fields={fields} field="name" label="Name" isRequired placeholder="acme production" />
          <Choice
            label="Environment"
            value={form.environment}
            onChange={(environment) => set({ environment: environment as Environment })}
          >
            {environments.map(({ id: environment, word }) => (
              <option key={environment} value={environment}>
                {word}
              </option>
            ))}
          </Choice>
        </div>
        <CredentialsFields fields={fields} isBuiltIn={isBuiltIn} />
        <SessionFields fields={fields} profileId={id} />
        <NetworkFields
          value={form.network}
          isLab={form.credentials === 'lab'}
          hasPassword={profile?.hasProxyPassword === true}
          errorOf={fields.errorOf}
          onChange={(change) => set({ network: { ...form.network, ...change } })}
          onLeave={(field) => fields.leave(field, form.network[field])}
        />
      </form>
    </Frame>
  );
}
