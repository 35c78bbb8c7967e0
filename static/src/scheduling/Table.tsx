// A table of many rows that the keyboard walks through cell by cell; each cell can say itself in a sentence.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useWindow } from "./window";

export interface Cell {
  key: string;
  content: ComponentChildren;
  tell: string;
  kind?: string; // class
  span?: number;
  heads?: boolean; // names the row
}

interface Props<Row> {
  label: string;
  widths: number[]; // in pixels; 0 takes what is left
  head: ComponentChildren; // the rows of the head
  headRows: number;
  rows: Row[];
  rowHeight: number;
  keyOf: (row: Row) => string;
  kindOf?: (row: Row) => string;
  idOf?: (row: Row) => string; // the object that a row stands for
  cells: (row: Row) => Cell[];
  onTell: (sentence: string) => void;
}

const REST = 96; // pixels that a column without a width gets at least
const PAGE = 10; // rows of Page Up and Page Down

export function Table<Row>({ label, widths, head, headRows, rows, rowHeight, keyOf, kindOf, idOf, cells, onTell }: Props<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const top = useRef<HTMLTableSectionElement>(null);
  const [at, setAt] = useState({ row: 0, cell: 0 });
  const wanted = useRef<{ row: number; cell: number } | null>(null); // where a key leads, until the focus is there
  const { first, last, reveal } = useWindow(scroller, rows.length, rowHeight, () => top.current?.offsetHeight ?? 0);
  const stop = { row: Math.max(first, Math.min(at.row, last - 1)), cell: at.cell };

  useLayoutEffect(() => {
    const to = wanted.current;
    const line = to && scroller.current!.querySelector(`tbody tr[aria-rowindex="${to.row + headRows + 1}"]`);
    if (!line) return;
    wanted.current = null;
    const cell = line.children[Math.min(to.cell, line.children.length - 1)] as HTMLElement;
    cell.focus({ preventScroll: true });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  const go = (row: number, cell: number): void => {
    const next = { row: Math.max(0, Math.min(rows.length - 1, row)), cell };
    const most = rows[next.row] ? cells(rows[next.row]!).length - 1 : 0;
    next.cell = Math.max(0, Math.min(most, cell));
    wanted.current = next;
    reveal(next.row);
    setAt(next);
  };
  const key = (event: KeyboardEvent): void => {
    const { row, cell } = wanted.current ?? stop;
    const whole = event.ctrlKey;
    if (event.key === "ArrowDown") go(row + 1, cell);
    else if (event.key === "ArrowUp") go(row - 1, cell);
    else if (event.key === "ArrowRight") go(row, cell + 1);
    else if (event.key === "ArrowLeft") go(row, cell - 1);
    else if (event.key === "PageDown") go(row + PAGE, cell);
    else if (event.key === "PageUp") go(row - PAGE, cell);
    else if (event.key === "Home") go(whole ? 0 : row, 0);
    else if (event.key === "End") go(whole ? rows.length - 1 : row, Infinity);
    else return;
    event.preventDefault();
  };
  const wide = widths.reduce((sum, width) => sum + (width || REST), 0);
  return (
    <div class="table-scroller" ref={scroller}>
      <table class="grid" role="grid" aria-label={label} aria-rowcount={rows.length + headRows} style={{ minWidth: `${wide}px` }} onKeyDown={key}>
        <colgroup>
          {widths.map((width, column) => (
            <col key={column} style={width ? { width: `${width}px` } : {}} />
          ))}
        </colgroup>
        <thead ref={top}>{head}</thead>
        <tbody>
          <Spacer rows={first} height={rowHeight} span={widths.length} />
          {rows.slice(first, last).map((row, index) => {
            const line = first + index;
            const made = cells(row);
            return (
              <tr key={keyOf(row)} class={kindOf?.(row)} data-object={idOf?.(row)} aria-rowindex={line + headRows + 1} style={{ height: `${rowHeight}px` }}>
                {made.map((cell, column) => {
                  const Tag = cell.heads ? "th" : "td";
                  const current = line === stop.row && column === Math.min(stop.cell, made.length - 1);
                  return (
                    <Tag
                      key={cell.key}
                      role={cell.heads ? "rowheader" : "gridcell"}
                      scope={cell.heads ? "row" : undefined}
                      class={cell.kind}
                      colSpan={cell.span}
                      tabIndex={current ? 0 : -1}
                      data-cell={cell.key}
                      onFocus={() => {
                        setAt({ row: line, cell: column });
                        onTell(cell.tell);
                      }}
                      onPointerEnter={() => onTell(cell.tell)}
                    >
                      {cell.content}
                    </Tag>
                  );
                })}
              </tr>
            );
          })}
          <Spacer rows={rows.length - last} height={rowHeight} span={widths.length} />
        </tbody>
      </table>
    </div>
  );
}

/** Stands for the rows that are out of sight. */
function Spacer({ rows, height, span }: { rows: number; height: number; span: number }) {
  if (rows <= 0) return null;
  return (
    <tr class="spacer" aria-hidden="true" style={{ height: `${rows * height}px` }}>
      <td colSpan={span} />
    </tr>
  );
}
