import { SquareChevronRight } from 'lucide-react';
import { shownRun } from '../../state/commands.ts';
import { useAppState } from '../use-app.ts';
import { Composer } from './composer.tsx';
import { RunList } from './run-list.tsx';
import { RunPanel } from './run-panel.tsx';
import './commands.css';

/** One command on one node, without a terminal: what it printed, and how it ended. */
export default function CommandsView() {
  const run = useAppState(shownRun);
  return (
    <section className="commands" role="tabpanel" aria-label="Commands" id="panel-commands">
      <Composer />
      {run === undefined ? (
        <Empty />
      ) : (
        <div className="commands-below">
          <RunList shownKey={run.key} />
          <RunPanel key={run.key} run={run} />
        </div>
      )}
    </section>
  );
}

function Empty() {
  return (
    <div className="view-empty">
      <SquareChevronRight className="icon view-empty-mark" aria-hidden />
      <h2>No commands in this run of Nodewharf</h2>
      <p>
        A command runs on its own, without a terminal: its output and its errors come apart, with its exit
        code. What it printed is kept until Nodewharf quits, and nowhere else.
      </p>
    </div>
  );
}
