import { FreeParameters } from '../connect/free-parameters.tsx';
import { ProfileText } from './profile-text.tsx';
import { TargetFields } from './target-fields.tsx';
import type { ProfileFields } from './use-profile-fields.ts';

interface SessionFieldsProps {
  readonly fields: ProfileFields;
  readonly profileId: string | undefined;
}

/** What the profile's sessions are started with. */
export function SessionFields({ fields, profileId }: SessionFieldsProps) {
  const { form, set } = fields;
  return (
    <>
      <h3>Sessions</h3>
      <TargetFields fields={fields} profileId={profileId} />
      <div className="form-pair">
        <ProfileText
          fields={fields}
          field="documentName"
          label="Document"
          isMono
          placeholder="Default of the account"
        />
        <ProfileText fields={fields} field="reason" label="Reason" placeholder="None" />
      </div>
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
