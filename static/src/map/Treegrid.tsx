// The map for the keyboard and for screen readers: nodes, and in them their pods. It shares the selection with the
// picture, and what has the focus here is ringed there.
import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { select, selection } from "../app/state";
import { gettext, fill } from "../i18n/i18n";
import type { NodeSketch, PodSketch } from "../live/protocol";
import { lookNear } from "../live/near";
import { podCountOn, version } from "../live/store";
import { cpuPair, memoryPair, phaseWord, pressures, trouble } from "../live/words";
import { focused } from "./painter";
import { podsIn, requestedBy, zones } from "./groups";

const ROUND = 40; // rows kept in the page on either side of the current one

type Row = { id: string; level: 1; node: NodeSketch; open: boolean } | { id: string; level: 2; pod: PodSketch };

export function Treegrid({ reveal }: { reveal: (node: string) => void }) {
  void version.value;
  const opened = useSignal<ReadonlySet<string>>(new Set());
  const current = useSignal<string | null>(null);
  const has = useSignal(false);
  const grid = useRef<HTMLDivElement>(null);
  const rows = rowsOf(opened.value);
  const at = Math.max(0, rows.findIndex((row) => row.id === current.value));
  const first = Math.max(0, at - ROUND);

  useEffect(() => {
    if (!has.value) return;
    const row = rows[at];
    if (!row) return;
    focused.value = row.id;
    reveal(row.level === 1 ? row.node.name : row.pod.node);
    grid.current?.querySelector<HTMLElement>("[tabindex='0']")?.focus({ preventScroll: true });
  }, [current.value, has.value]);

  const toggle = (node: string, open: boolean): void => {
    const next = new Set(opened.value);
    if (open) next.add(node);
    else next.delete(node);
    opened.value = next;
    lookNear([...next], "grid");
  };
  const go = (index: number): void => {
    current.value = rows[Math.max(0, Math.min(rows.length - 1, index))]?.id ?? null;
  };
  const key = (event: KeyboardEvent): void => {
    const row = rows[at];
    if (!row) return;
    if (event.key === "ArrowDown") go(at + 1);
    else if (event.key === "ArrowUp") go(at - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(rows.length - 1);
    else if (event.key === "ArrowRight" && row.level === 1) row.open ? go(at + 1) : toggle(row.node.name, true);
    else if (event.key === "ArrowLeft") {
      if (row.level === 1) toggle(row.node.name, false);
      else current.value = `nodes//${row.pod.node}`;
    } else if (event.key === "Enter") select(row.id);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      class="hidden-text"
      role="treegrid"
      aria-label={gettext("Nodes and their pods")}
      aria-rowcount={rows.length}
      ref={grid}
      onKeyDown={key}
      onFocusIn={() => (has.value = true)}
      onFocusOut={(event) => {
        if (grid.current!.contains(event.relatedTarget as Element | null)) return;
        has.value = false;
        focused.value = null;
      }}
    >
      {rows.slice(first, at + ROUND).map((row, index) => (
        <div
          key={row.id}
          role="row"
          aria-level={row.level}
          aria-rowindex={first + index + 1}
          aria-expanded={row.level === 1 ? row.open : undefined}
          aria-selected={selection.value === row.id}
          tabIndex={first + index === at ? 0 : -1}
          onFocus={() => (current.value = row.id)}
          onClick={() => select(row.id)}
        >
          {row.level === 1 ? <NodeCells node={row.node} /> : <PodCells pod={row.pod} />}
        </div>
      ))}
    </div>
  );
}

function rowsOf(opened: ReadonlySet<string>): Row[] {
  return zones().flatMap((zone) =>
    zone.nodes.flatMap((node): Row[] => {
      const open = opened.has(node.name);
      const pods = open ? [...podsIn(node)] : [];
      return [{ id: node.id, level: 1, node, open }, ...pods.map((pod): Row => ({ id: pod.id, level: 2, pod }))];
    }),
  );
}

function NodeCells({ node }: { node: NodeSketch }) {
  const sum = requestedBy(node);
  const [cpu, cores] = cpuPair(sum.cpu, node.allocatable.cpu);
  const [memory, whole] = memoryPair(sum.memory, node.allocatable.memory);
  const [disk, disks] = memoryPair(sum.disk, node.allocatable.disk);
  return (
    <>
      <span role="gridcell">{fill(gettext("Node %(name)s"), { name: node.name })}</span>
      <span role="gridcell">{[node.ready ? gettext("Ready") : gettext("not ready"), ...pressures(node)].join(" · ")}</span>
      <span role="gridcell">{fill(gettext("%(n)s pods"), { n: podCountOn(node.name) })}</span>
      <span role="gridcell">{fill(gettext("CPU requested %(part)s of %(whole)s"), { part: cpu, whole: cores })}</span>
      <span role="gridcell">{fill(gettext("memory requested %(part)s of %(whole)s"), { part: memory, whole })}</span>
      <span role="gridcell">{fill(gettext("disk requested %(part)s of %(whole)s"), { part: disk, whole: disks })}</span>
    </>
  );
}

function PodCells({ pod }: { pod: PodSketch }) {
  return (
    <>
      <span role="gridcell">{fill(gettext("Pod %(name)s"), { name: pod.name })}</span>
      <span role="gridcell">{trouble(pod) || phaseWord(pod.phase)}</span>
      <span role="gridcell">{pod.qos}</span>
    </>
  );
}
