import { History } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import type { Environment } from '../../../shared/models.ts';
import { environmentWord } from '../../words/environments.ts';
import { useApp } from '../use-app.ts';
import { PopoverField, PopoverRow, PopoverRows } from '../popover-field.tsx';

interface ReasonFieldProps {
  readonly environment: Environment;
  /** ECS takes no reason: it stays here. */
  readonly isByExec?: boolean;
  readonly value: string;
  readonly isRequired: boolean;
  readonly error: string | undefined;
  readonly isWrong: boolean;
  readonly onChange: (reason: string) => void;
  readonly onLeave: () => void;
}

/** Why this session is needed, with the reasons that were given in this environment before. */
export function ReasonField(props: ReasonFieldProps) {
  const { environment, value, isRequired, error, onChange } = props;
  const id = useId();
  const recent = useRecentReasons(environment);
  const typed = value.trim().toLowerCase();
  const offered = recent.filter((reason) => reason !== value && reason.toLowerCase().includes(typed));
  return (
    <div className="form-field">
      <label htmlFor={id}>
        Reason
        {isRequired && <span className="form-required"> required</span>}
      </label>
      <PopoverField
        id={id}
        value={value}
        placeholder="INC-2231, disk full"
        error={error}
        isWrong={props.isWrong}
        isRequired={isRequired}
        describedBy={`${id}-note`}
        hasAutoFocus
        count={offered.length}
        onChoose={(at) => onChange(offered[at] ?? value)}
        onChange={onChange}
        onLeave={props.onLeave}
      >
        {(list) =>
          offered.length === 0 ? null : (
            <PopoverRows list={list} label={`Reasons given before in ${environmentWord(environment)}`}>
              {offered.map((reason, at) => (
                <PopoverRow key={reason} list={list} at={at}>
                  <History className="icon" aria-hidden />
                  <span className="clip">{reason}</span>
                </PopoverRow>
              ))}
            </PopoverRows>
          )
        }
      </PopoverField>
      <p
        id={`${id}-note`}
        className={error === undefined ? 'form-hint' : 'form-error'}
        role={error === undefined ? undefined : 'alert'}
      >
        {error ??
          (props.isByExec === true
            ? 'Kept in the history of this computer only: ECS Exec takes none.'
            : 'Kept in CloudTrail and in the history of sessions.')}
      </p>
    </div>
  );
}

function useRecentReasons(environment: Environment): readonly string[] {
  const { door } = useApp();
  const [recent, setRecent] = useState<readonly string[]>([]);
  useEffect(() => {
    let isWanted = true;
    void door.recentReasons({ environment }).then((reply) => {
      // Without a history there is nothing to offer, and nothing to say about that here.
      if (isWanted && reply.ok) setRecent(reply.value);
    });
    return () => {
      isWanted = false;
    };
  }, [door, environment]);
  return recent;
}
