import { useId, useMemo } from 'react';
import type { NodeIndex } from '../../nodes/node-index.ts';
import type { KnownValue } from '../../nodes/query-preview.ts';
import { remoteText } from '../../words/remote-text.ts';
import { useNodes } from '../use-app.ts';
import { PopoverField, PopoverRow, PopoverRows } from '../popover-field.tsx';

interface SuggestedFieldProps {
  readonly label: string;
  /** For a field in a row of its like, whose heading says what it is. */
  readonly isLabelHidden?: boolean;
  readonly value: string;
  readonly placeholder: string;
  readonly error: string | undefined;
  readonly isWrong: boolean;
  readonly hint?: string;
  /** What the node lists know that goes on from what is typed. */
  readonly suggest: (nodes: NodeIndex, typed: string) => readonly KnownValue[];
  /** What `suggest` depends on beside the nodes and what is typed. */
  readonly within?: string;
  readonly onChange: (value: string) => void;
  readonly onLeave: () => void;
}

/** A text field that knows what the nodes at hand have. */
export function SuggestedField(props: SuggestedFieldProps) {
  const { label, isLabelHidden = false, value, error, hint, suggest, within = '', onChange } = props;
  const id = useId();
  const nodes = useNodes();
  const { version } = nodes;
  // A fleet is looked through for the field that has changed, and not for all of them.
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- `within` stands for the function, the version for the index
  const values = useMemo(() => suggest(nodes, value), [nodes, version, value, within]);
  return (
    <div className="form-field">
      <label htmlFor={id} className={isLabelHidden ? 'unseen' : undefined}>
        {label}
      </label>
      <PopoverField
        id={id}
        value={value}
        placeholder={props.placeholder}
        isMono
        error={error}
        isWrong={props.isWrong}
        describedBy={error !== undefined ? `${id}-error` : hint === undefined ? undefined : `${id}-hint`}
        count={values.length}
        onChoose={(at) => {
          const known = values[at];
          if (known !== undefined) onChange(known.value);
        }}
        onChange={onChange}
        onLeave={props.onLeave}
      >
        {(list) =>
          values.length === 0 ? null : (
            <PopoverRows list={list} label={`${label}: what the nodes have`}>
              {values.map((known, at) => (
                <PopoverRow key={known.value} list={list} at={at} className="known-value">
                  <span className="mono clip">{remoteText(known.value, 120)}</span>
                  <span className="known-count numbers">{known.count.toLocaleString()}</span>
                </PopoverRow>
              ))}
            </PopoverRows>
          )
        }
      </PopoverField>
      {hint !== undefined && error === undefined && (
        <p id={`${id}-hint`} className="form-hint">
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} className="form-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
