import { useEffect, useMemo, useState } from 'react';
import type { CommandRun } from '../../../shared/commands.ts';
import { afterPaint } from '../../after-paint.ts';
import type { OutputLines } from '../../runs/output-lines.ts';
import { createOutputReader } from '../../runs/output-reader.ts';
import { useApp } from '../use-app.ts';

export interface ShownOutput {
  readonly stdout: OutputLines;
  readonly stderr: OutputLines;
  /** Counts up with every piece read, so that a view knows when to draw. */
  readonly round: number;
}

/** Reads the output of a run for as long as the view is there; main keeps it for the next one. */
export function useOutput(run: CommandRun): ShownOutput {
  const { door } = useApp();
  const [round, setRound] = useState(0);
  const { key, stdout, stderr } = run;
  const reader = useMemo(
    () =>
      createOutputReader(
        {
          read: (from) => door.readCommandOutput({ key, stdoutFrom: from.stdout, stderrFrom: from.stderr }),
          drawn: () => new Promise((resolve) => afterPaint(resolve)),
        },
        () => setRound((known) => known + 1),
      ),
    [door, key],
  );
  useEffect(() => () => reader.stop(), [reader]);
  useEffect(() => {
    if (stdout.total > reader.stdout.next() || stderr.total > reader.stderr.next()) reader.wake();
  }, [reader, stdout.total, stderr.total]);
  return { stdout: reader.stdout, stderr: reader.stderr, round };
}
