import { useId } from 'react';
import type { DocumentParameter } from '../../../shared/document-facts.ts';
import { choicesOf, type ParameterTexts } from '../../connect/parameter-values.ts';
import { remoteText } from '../../words/remote-text.ts';

interface ParameterFieldsProps {
  readonly parameters: readonly DocumentParameter[];
  readonly texts: ParameterTexts;
  /** What is wrong with which, to be shown. */
  readonly errors: Readonly<Record<string, string | undefined>>;
  readonly onChange: (name: string, text: string) => void;
  readonly onLeave: (name: string) => void;
}

/** A field for each parameter of a document, drawn from what the document says of it. */
export function ParameterFields({ parameters, texts, errors, onChange, onLeave }: ParameterFieldsProps) {
  return parameters.map((parameter) => (
    <ParameterField
      key={parameter.name}
      parameter={parameter}
      text={texts[parameter.name] ?? ''}
      error={errors[parameter.name]}
      onChange={(text) => onChange(parameter.name, text)}
      onLeave={() => onLeave(parameter.name)}
    />
  ));
}

interface ParameterFieldProps {
  readonly parameter: DocumentParameter;
  readonly text: string;
  readonly error: string | undefined;
  readonly onChange: (text: string) => void;
  readonly onLeave: () => void;
}

function ParameterField({ parameter, text, error, onChange, onLeave }: ParameterFieldProps) {
  const id = useId();
  const isRequired = parameter.default === undefined;
  const description = remoteText(parameter.description).replace(/^\((Required|Optional)\)\s*/i, '');
  const isNoted = error !== undefined || description !== '';
  const shared = {
    id,
    value: text,
    'aria-required': isRequired || undefined,
    'aria-invalid': error !== undefined || undefined,
    'aria-describedby': isNoted ? `${id}-note` : undefined,
    'data-invalid': error !== undefined || undefined,
    onBlur: onLeave,
  };
  return (
    <div className="form-field" data-testid="parameter" data-name={parameter.name}>
      <label htmlFor={id}>
        <span className="mono">{parameter.name}</span>
        {isRequired && <span className="form-required"> required</span>}
      </label>
      <ParameterInput parameter={parameter} shared={shared} onChange={onChange} />
      {isNoted && (
        <p
          id={`${id}-note`}
          className={error === undefined ? 'form-hint' : 'form-error'}
          role={error === undefined ? undefined : 'alert'}
        >
          {error ?? description}
        </p>
      )}
    </div>
  );
}

interface InputProps {
  readonly parameter: DocumentParameter;
  readonly shared: { readonly id: string; readonly value: string; readonly onBlur: () => void };
  readonly onChange: (text: string) => void;
}

function ParameterInput({ parameter, shared, onChange }: InputProps) {
  const choices = choicesOf(parameter);
  const fallback = parameter.default?.map((value) => remoteText(value, 80)).join(', ');
  const placeholder = fallback === undefined ? '' : fallback === '' ? 'empty' : fallback;
  if (choices !== undefined) {
    return (
      <select {...shared} className="field" onChange={({ target }) => onChange(target.value)}>
        <option value="">{fallback === undefined ? 'Choose' : `${placeholder}, the default`}</option>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {remoteText(choice, 80)}
          </option>
        ))}
      </select>
    );
  }
  if (parameter.type === 'StringList') {
    return (
      <textarea
        {...shared}
        className="field mono"
        placeholder={
          placeholder === '' ? 'One value a line' : `${placeholder}, the default; one value a line`
        }
        rows={2}
        spellCheck={false}
        onChange={({ target }) => onChange(target.value)}
      />
    );
  }
  return (
    <input
      {...shared}
      className="field mono"
      placeholder={placeholder === '' ? undefined : `${placeholder}, the default`}
      inputMode={parameter.type === 'Integer' ? 'numeric' : undefined}
      spellCheck={false}
      autoComplete="off"
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
