import { useState } from 'react';
import type { TargetQuery } from '../../../shared/target-query.ts';
import {
  type FilledForm,
  type FormErrors,
  type FormField,
  type ProfileForm,
  queryIn,
  readForm,
} from '../../profiles/profile-form.ts';
import { useLeftFields } from '../dialogs/left-fields.ts';

/** The profile that is being edited, for each part of the form. */
export interface ProfileFields {
  readonly form: ProfileForm;
  readonly isChanged: boolean;
  /** What is saved; undefined while something is wrong. */
  readonly filled: FilledForm | undefined;
  /** The query of the form; undefined while it is none. */
  readonly query: TargetQuery | undefined;
  set(change: Partial<ProfileForm>): void;
  /** What is wrong with a field: the sentence once it is to be told, and whether anything is. */
  errorOf(field: FormField): { readonly shown: string | undefined; readonly isWrong: boolean };
  /** The keyboard has gone from a field. @param text what is in it: an empty one waits until the form is to be saved */
  leave(field: FormField, text: string): void;
  /** Somebody wanted to save: all that is wrong is told. */
  tried(): void;
}

export function useProfileFields(initial: ProfileForm): ProfileFields {
  const [form, setForm] = useState(initial);
  const left = useLeftFields<FormField>();
  const read = readForm(form);
  const errors: FormErrors = 'errors' in read ? read.errors : {};
  return {
    form,
    isChanged: JSON.stringify(form) !== JSON.stringify(initial),
    filled: 'profile' in read ? read : undefined,
    query: queryIn(form),
    set: (change) => setForm((known) => ({ ...known, ...change })),
    errorOf: (field) => ({
      shown: left.has(field) ? errors[field] : undefined,
      isWrong: errors[field] !== undefined,
    }),
    leave: (field, text) => {
      if (text !== '') left.leave(field);
    },
    tried: () => left.tried(),
  };
}
