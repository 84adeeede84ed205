import { useEffect, useState } from 'react';
import type { Successor } from '../../../shared/target-query.ts';
import type { Loadable } from '../../state/app-state.ts';
import { useApp } from '../use-app.ts';

/**
 * Who can follow a session of a query that has ended: asked for once an end, and not before its tab is looked at. Undefined
 * without a key.
 */
export function useSuccessor(
  key: string | undefined,
  endedAt: number,
  isInSight: boolean,
): Loadable<Successor> | undefined {
  const { door } = useApp();
  const [answer, setAnswer] = useState<
    { readonly asked: string; readonly read: Loadable<Successor> } | undefined
  >(undefined);
  const asked = key === undefined ? undefined : `${key} ${endedAt}`;
  const known = answer?.asked === asked ? answer : undefined;
  const isKnown = known !== undefined;

  useEffect(() => {
    if (key === undefined || asked === undefined || !isInSight || isKnown) return undefined;
    let isWanted = true;
    void door.findSuccessor({ key }).then((reply) => {
      if (!isWanted) return;
      const read = reply.ok
        ? ({ kind: 'ready', value: reply.value } as const)
        : ({ kind: 'failed', error: reply.error } as const);
      setAnswer({ asked, read });
    });
    return () => {
      isWanted = false;
    };
  }, [door, key, asked, isInSight, isKnown]);

  if (asked === undefined) return undefined;
  return known?.read ?? { kind: 'loading' };
}
