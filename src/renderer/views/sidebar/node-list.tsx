import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef } from 'react';
import { elementId, type NodeRow, type Row, type RowList } from '../../nodes/row-list.ts';
import { withList } from '../../state/app-state.ts';
import { useApp } from '../use-app.ts';
import { GroupRow } from './group-row.tsx';
import { NodeRowView } from './node-row.tsx';
import { NoteRow } from './note-row.tsx';
import { RowSlots } from './row-slots.ts';

/** Heights in CSS pixels; a note is measured once it is drawn. */
const heights: Record<Row['kind'], number> = { group: 34, node: 44, note: 72 };

interface NodeListProps {
  readonly rows: RowList;
  readonly current: string | undefined;
  readonly onConnect: (row: NodeRow) => void;
}

/** Only the rows in sight are in the document, however many there are. */
export function NodeList({ rows, current, onConnect }: NodeListProps) {
  const { store } = useApp();
  const scroller = useRef<HTMLDivElement>(null);
  // The same functions as long as the rows are the same: with others, every place is computed anew at each frame.
  const heightOf = useCallback((at: number) => heights[rows.kindAt(at)], [rows]);
  // A height that was measured belongs to its note, wherever that moves to.
  const keyOf = useCallback(
    (at: number) => (rows.kindAt(at) === 'note' ? (rows.at(at)?.id ?? at) : at),
    [rows],
  );
  const scrollerOf = useCallback(() => scroller.current, []);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: scrollerOf,
    estimateSize: heightOf,
    getItemKey: keyOf,
    overscan: 8,
    // Enough for the tallest screen before the scroller has been measured: no second pass at the first paint.
    initialRect: { width: 264, height: 700 },
  });
  const items = list.getVirtualItems();
  const inSight = items.flatMap((item) => {
    const row = rows.at(item.index);
    return row === undefined ? [] : [{ item, row }];
  });
  const slotOf = useRef(new RowSlots()).current.assign(inSight.map(({ row }) => row.id));
  // In the order of the slots, so that no element moves in the document; where each is on screen, its place says.
  const inSlots = inSight
    .map(({ item, row }) => ({ item, row, slot: slotOf.get(row.id) ?? 0 }))
    .sort((a, b) => a.slot - b.slot);
  const at = rows.indexOf(current);
  const isPressed = useRef(false);
  useEffect(() => {
    // Under a press the list stays where it is, or the release would meet another row.
    if (at !== -1 && !isPressed.current) list.scrollToIndex(at, { align: 'auto' });
    isPressed.current = false;
  }, [at, list]);

  return (
    <div
      ref={scroller}
      id="node-list"
      className="node-list"
      role="tree"
      aria-label="Managed nodes"
      // The elements stand in the order of their slots: who reads the list is told the order on screen.
      aria-owns={inSight
        .filter(({ row }) => row.kind !== 'note')
        .map(({ row }) => elementId(row.id))
        .join(' ')}
      aria-activedescendant={at === -1 || current === undefined ? undefined : elementId(current)}
      tabIndex={0}
    >
      <div className="node-list-inside" style={{ height: list.getTotalSize() }}>
        {inSlots.map(({ item, row, slot }) => (
          <div
            key={slot}
            ref={row.kind === 'note' ? list.measureElement : undefined}
            data-index={item.index}
            className="row-place"
            style={{ transform: `translateY(${item.start}px)` }}
            onPointerDown={() => {
              if (row.id === current) return;
              isPressed.current = true;
              store.change((state) => withList(state, { current: row.id }));
            }}
            role="presentation"
          >
            {row.kind === 'group' && <GroupRow row={row} isCurrent={row.id === current} />}
            {row.kind === 'node' && (
              <NodeRowView row={row} isCurrent={row.id === current} onConnect={onConnect} />
            )}
            {row.kind === 'note' && <NoteRow row={row} />}
          </div>
        ))}
      </div>
    </div>
  );
}
