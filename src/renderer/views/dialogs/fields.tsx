import { type ReactNode, useId } from 'react';

export interface TextProps {
  readonly label: string;
  readonly placeholder?: string;
  readonly isRequired?: boolean;
  readonly isMono?: boolean;
  readonly isNumeric?: boolean;
  readonly isDisabled?: boolean;
  /** A password: it stands in the field alone, so the field begins empty each time it is drawn anew. */
  readonly isSecret?: boolean;
  readonly hint?: string;
  readonly options?: readonly string[];
}

interface TextFieldProps extends TextProps {
  readonly value: string;
  readonly error: string | undefined;
  readonly isWrong: boolean;
  readonly onChange: (value: string) => void;
  readonly onLeave: () => void;
}

/** One line of text with its label, and what is wrong with it once it has been left. */
export function TextField(props: TextFieldProps) {
  const { label, placeholder, isRequired = false, isMono = false, isNumeric = false, options } = props;
  const { isDisabled = false, isSecret = false, hint } = props;
  const id = useId();
  return (
    <div className="form-field">
      <label htmlFor={id}>
        {label}
        {isRequired && <span className="form-required"> required</span>}
      </label>
      <input
        id={id}
        className={`field ${isMono ? 'mono' : ''}`}
        type={isSecret ? 'password' : 'text'}
        // React writes a value that it controls into the document, where a secret has no business.
        {...(isSecret ? { defaultValue: '' } : { value: isDisabled ? '' : props.value })}
        disabled={isDisabled}
        placeholder={placeholder}
        aria-required={isRequired || undefined}
        aria-invalid={props.error !== undefined || undefined}
        aria-describedby={
          props.error === undefined ? (hint === undefined ? undefined : `${id}-hint`) : `${id}-error`
        }
        data-invalid={props.isWrong || undefined}
        inputMode={isNumeric ? 'numeric' : undefined}
        list={options === undefined ? undefined : `${id}-options`}
        spellCheck={false}
        autoComplete={isSecret ? 'new-password' : 'off'}
        onChange={({ target }) => props.onChange(target.value)}
        onBlur={props.onLeave}
      />
      {options !== undefined && (
        <datalist id={`${id}-options`}>
          {options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </datalist>
      )}
      {hint !== undefined && props.error === undefined && (
        <p id={`${id}-hint`} className="form-hint">
          {hint}
        </p>
      )}
      {props.error !== undefined && (
        <p id={`${id}-error`} className="form-error" role="alert">
          {props.error}
        </p>
      )}
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly isDisabled?: boolean;
  readonly onChange: (value: string) => void;
  readonly children: ReactNode;
}

export function Choice({ label, value, isDisabled = false, onChange, children }: ChoiceProps) {
  const id = useId();
  return (
    <div className="form-field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="field"
        value={value}
        disabled={isDisabled}
        onChange={({ target }) => onChange(target.value)}
      >
        {children}
      </select>
    </div>
  );
}
