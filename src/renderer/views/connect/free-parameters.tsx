import { Plus, Trash2 } from 'lucide-react';
import type { FreeParameter } from '../../connect/free-parameters.ts';
import { IconButton } from '../icon-button.tsx';

interface FreeParametersProps {
  readonly legend: string;
  readonly parameters: readonly FreeParameter[];
  readonly error?: string | undefined;
  readonly onChange: (parameters: readonly FreeParameter[]) => void;
}

/** Parameters of a session document by hand: a name, and its values one a line. */
export function FreeParameters({ legend, parameters, error, onChange }: FreeParametersProps) {
  return (
    <fieldset className="parameters">
      <legend>{legend}</legend>
      {parameters.map((parameter) => {
        const change = (changed: Partial<FreeParameter>): void =>
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
              value={parameter.text}
              spellCheck={false}
              onChange={({ target }) => change({ text: target.value })}
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
        onClick={() => onChange([...parameters, { id: crypto.randomUUID(), name: '', text: '' }])}
      >
        <Plus className="icon" aria-hidden />
        Add parameter
      </button>
    </fieldset>
  );
}
