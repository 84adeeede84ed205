import { FreeParameters } from '../connect/free-parameters.tsx';
import { ProfileText } from './profile-text.tsx';
import type { ProfileFields } from './use-profile-fields.ts';

/** What the profile's sessions are started with. */
export function SessionFields({ fields }: { readonly fields: ProfileFields }) {
  const { form, set } = fields;
  return (
    <>
      <h3>Sessions</h3>
      <div className="form-pair">
        <ProfileText
          fields={fields}
          field="target"
          label="Target"
          isMono
          placeholder="Any node of the list"
        />
        <ProfileText
          fields={fields}
          field="documentName"
          label="Document"
          isMono
          placeholder="Default of the account"
        />
      </div>
      <ProfileText fields={fields} field="reason" label="Reason" placeholder="None" />
      <label className="check">
        <input
          type="checkbox"
          checked={form.requiresReason}
          onChange={({ target }) => set({ requiresReason: target.checked })}
        />
        No session without a reason
      </label>
      <FreeParameters
        legend="Parameters of the document"
        parameters={form.parameters}
        error={fields.errorOf('parameters').shown}
        onChange={(parameters) => set({ parameters })}
      />
    </>
  );
}
