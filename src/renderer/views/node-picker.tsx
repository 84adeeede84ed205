import { ChevronDown, Layers } from 'lucide-react';
import { useMemo, useState } from 'react';
import { choiceName, offeredNodes } from '../nodes/node-choices.ts';
import type { NodeChoice } from '../state/commands.ts';
import { PopoverField, PopoverRow, PopoverRows } from './popover-field.tsx';
import { useApp, useAppState, useNodes } from './use-app.ts';
import './node-picker.css';

interface NodePickerProps {
  /** The id of the text field, for a label. */
  readonly id?: string;
  readonly label?: string;
  readonly value: NodeChoice | undefined;
  readonly onChange: (choice: NodeChoice) => void;
  readonly error?: string | undefined;
  readonly describedBy?: string | undefined;
}

/** A node of any profile by a few letters of its name, id or address: a text field with a list below. */
export function NodePicker({ id, label, value, onChange, error, describedBy }: NodePickerProps) {
  const { store } = useApp();
  /** What is typed; undefined while the list is closed and the field shows the choice. */
  const [text, setText] = useState<string | undefined>(undefined);
  const nodes = useNodes();
  const { version } = nodes;
  const profile = useAppState((state) => state.profiles.find((known) => known.id === value?.profileId));
  const offered = useMemo(
    () => (text === undefined ? [] : offeredNodes(nodes, store.read(), text)),
    // The index stays the same value when it changes; its version does not.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [store, nodes, version, text],
  );
  const shown = text === undefined ? profile : undefined;
  return (
    <div className="node-picker" data-env={profile?.environment}>
      {shown !== undefined && <i className="env-bar" aria-hidden />}
      <PopoverField
        id={id}
        label={label}
        testId="node-picker"
        value={text ?? (value === undefined ? '' : choiceName(value))}
        placeholder="Node by name, id or address"
        error={error}
        isWrong={value === undefined}
        describedBy={describedBy}
        selectsOnFocus
        count={offered.length}
        firstAt={0}
        onChoose={(at) => {
          const node = offered[at];
          if (node !== undefined) onChange(node.choice);
        }}
        onChange={setText}
        onOpen={() => setText('')}
        onClose={() => setText(undefined)}
      >
        {(list) => (
          <PopoverRows
            list={list}
            label="Nodes"
            empty="No node fits. A whole id, such as i-0a31c0ffee12a9f2c, may be typed as well."
          >
            {offered.map((node, at) => (
              <PopoverRow
                key={`${node.profile.id} ${node.choice.target ?? ''}`}
                list={list}
                at={at}
                className="picker-item"
                env={node.profile.environment}
              >
                <i className="env-bar" aria-hidden />
                {node.choice.targetQuery === undefined ? (
                  <i className={`dot ${node.online === true ? 'live' : 'offline'}`} aria-hidden />
                ) : (
                  <Layers className="icon" aria-hidden />
                )}
                <span className="picker-name clip">{node.name}</span>
                <span className="mono clip">{node.place}</span>
                <span className="picker-profile clip">
                  {node.profile.name}
                  {node.online === false ? ', offline' : ''}
                </span>
              </PopoverRow>
            ))}
          </PopoverRows>
        )}
      </PopoverField>
      {shown !== undefined && <span className="picker-profile clip">{shown.name}</span>}
      <ChevronDown className="icon" aria-hidden />
    </div>
  );
}
