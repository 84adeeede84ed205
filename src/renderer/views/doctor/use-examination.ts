import { useCallback, useEffect, useRef, useState } from 'react';
import type { Examination } from '../../../shared/doctor.ts';
import type { Loadable } from '../../state/app-state.ts';
import type { NodeRequest } from '../../state/tabs.ts';
import { useApp } from '../use-app.ts';

interface RunningExamination {
  readonly examination: Loadable<Examination>;
  again(): void;
  stop(): void;
}

/** Examines when it is drawn, and stops when it no longer is. */
export function useExamination({
  profileId,
  target,
  nodeName,
  documentName,
}: NodeRequest): RunningExamination {
  const { door } = useApp();
  const [examination, setExamination] = useState<Loadable<Examination>>({ kind: 'loading' });
  const [round, setRound] = useState(0);
  const currentId = useRef<string | undefined>(undefined);

  useEffect(() => {
    let isWanted = true;
    const stopListening = door.on('examinationChanged', (news) => {
      if (news.id === currentId.current) setExamination({ kind: 'ready', value: news });
    });
    const request = {
      profileId,
      target,
      ...(nodeName === undefined ? {} : { nodeName }),
      ...(documentName === undefined ? {} : { documentName }),
    };
    void door.examine(request).then((reply) => {
      if (!reply.ok) {
        if (isWanted) setExamination({ kind: 'failed', error: reply.error });
        return;
      }
      const { id } = reply.value;
      if (!isWanted) {
        void door.stopExamination({ id });
        return;
      }
      currentId.current = id;
      setExamination({ kind: 'ready', value: reply.value });
    });
    return () => {
      isWanted = false;
      stopListening();
      const id = currentId.current;
      currentId.current = undefined;
      if (id !== undefined) void door.stopExamination({ id });
    };
  }, [door, profileId, target, nodeName, documentName, round]);

  const again = useCallback(() => {
    setExamination({ kind: 'loading' });
    setRound((known) => known + 1);
  }, []);
  const stop = useCallback(() => {
    if (currentId.current !== undefined) void door.stopExamination({ id: currentId.current });
  }, [door]);
  return { examination, again, stop };
}
