import type { OwnField } from '../../profiles/profile-form.ts';
import { TextField, type TextProps } from '../dialogs/fields.tsx';
import type { ProfileFields } from './use-profile-fields.ts';

interface ProfileTextProps extends TextProps {
  readonly fields: ProfileFields;
  readonly field: Exclude<OwnField, 'parameters'>;
}

/** A field of text of the profile. */
export function ProfileText({ fields, field, ...text }: ProfileTextProps) {
  const value = fields.form[field];
  const { shown, isWrong } = fields.errorOf(field);
  return (
    <TextField
      {...text}
      value={value}
      error={shown}
      isWrong={isWrong}
      onChange={(typed) => fields.set({ [field]: typed })}
      onLeave={() => fields.leave(field, value)}
    />
  );
}
