import { ArrowDownToLine, Copy } from 'lucide-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { OutputLines } from '../../runs/output-lines.ts';
import { byteSize, count } from '../../words/numbers.ts';
import { IconButton } from '../icon-button.tsx';
import { useApp } from '../use-app.ts';

/** Height of a row in CSS pixels; commands.css has the same. */
const rowHeight = 18;

interface OutputPaneProps {
  readonly name: string;
  readonly stream: 'stdout' | 'stderr';
  readonly lines: OutputLines;
  /** Changes when `lines` has. */
  readonly round: number;
  readonly isRunning: boolean;
}

/** One stream as plain text. Only the rows in sight are in the document; at the end it follows what comes. */
export function OutputPane({ name, stream, lines, round, isRunning }: OutputPaneProps) {
  const { terminal } = useApp();
  const scroller = useRef<HTMLDivElement>(null);
  const [follows, setFollows] = useState(true);
  const rows = lines.count();
  const list = useVirtualizer({
    count: rows,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 20,
  });
  useEffect(() => {
    if (follows && rows > 0) list.scrollToIndex(rows - 1, { align: 'end' });
  }, [follows, rows, round, list]);

  const onScroll = (): void => {
    const element = scroller.current;
    if (element === null) return;
    setFollows(element.scrollTop + element.clientHeight >= element.scrollHeight - rowHeight);
  };
  const dropped = lines.dropped();
  const isEmpty = lines.next() === 0;
  return (
    <section className="output" data-stream={stream} data-empty={isEmpty || undefined} aria-label={name}>
      <header className="output-head">
        <h2>{name}</h2>
        <span className="numbers output-size">
          {isEmpty ? (isRunning ? 'nothing yet' : 'nothing') : byteSize(lines.next())}
        </span>
        {dropped > 0 && (
          <span className="output-dropped numbers" data-tip="Only the end of a long output is kept">
            first {count(dropped, 'byte')} not kept
          </span>
        )}
        <span className="output-tools">
          {!follows && (
            <IconButton
              label={`Go to the end of ${name.toLowerCase()}`}
              tip="Go to the end"
              icon={ArrowDownToLine}
              onClick={() => setFollows(true)}
            />
          )}
          {!isEmpty && (
            <IconButton
              label={`Copy ${name.toLowerCase()}`}
              tip={`Copy ${name.toLowerCase()}`}
              icon={Copy}
              onClick={() => void terminal.copyWithNotice(lines.text(), name)}
            />
          )}
        </span>
      </header>
      {/* oxlint-disable jsx-a11y/no-noninteractive-tabindex -- what scrolls needs the keyboard */}
      <div
        ref={scroller}
        className="output-text mono copyable"
        data-testid={stream}
        role="group"
        aria-label={`Text of ${name.toLowerCase()}`}
        tabIndex={0}
        onScroll={onScroll}
      >
        {/* oxlint-enable jsx-a11y/no-noninteractive-tabindex */}
        <div className="output-inside" style={{ height: list.getTotalSize() }}>
          {list.getVirtualItems().map((item) => (
            <div key={item.key} className="output-row" style={{ transform: `translateY(${item.start}px)` }}>
              {lines.row(item.index)}
            </div>
          ))}
        </div>
        {isEmpty && !isRunning && <p className="output-none">It printed nothing here.</p>}
      </div>
    </section>
  );
}
