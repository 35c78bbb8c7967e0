// A trace put in order for showing: which filters and scorers there are, what became of each node.
import { natural } from "../live/store";
import type { NodeTrace, Trace } from "./doors";

/** chosen; tied: as good, but another was drawn; ranked; spared: could take the pod, was not looked at; refused. */
export type Fate = "chosen" | "tied" | "ranked" | "spared" | "refused";

export interface Ranked extends NodeTrace {
  fate: Fate;
}

const ORDER: Fate[] = ["chosen", "tied", "ranked", "spared", "refused"];

export function fateOf(trace: Trace, node: NodeTrace): Fate {
  if (node.filter) return "refused";
  if (node.name === trace.node) return "chosen";
  if (node.total === null) return "spared";
  return trace.ties.includes(node.name) ? "tied" : "ranked";
}

const known = new WeakMap<Trace, Ranked[]>();

/** Best first; behind them what was not looked at, then the refused in the order of the filters. */
export function ranked(trace: Trace): Ranked[] {
  const before = known.get(trace);
  if (before) return before;
  const place = (node: Ranked): number => (node.filter ? -trace.filters.indexOf(node.filter.plugin) : (node.total ?? 0));
  const rows = trace.nodes.map((node): Ranked => ({ ...node, fate: fateOf(trace, node) }));
  rows.sort((a, b) => ORDER.indexOf(a.fate) - ORDER.indexOf(b.fate) || place(b) - place(a) || natural(a.name, b.name));
  known.set(trace, rows);
  return rows;
}

/** The rows to show: sorted as asked, of those whose name, fate or reason holds the text. */
export function chosenRows(trace: Trace, byName: boolean, text: string): Ranked[] {
  const wanted = text.trim().toLowerCase();
  const holds = (node: Ranked): boolean =>
    [node.name, node.filter?.plugin ?? "", ...(node.filter?.reasons ?? [])].some((one) => one.toLowerCase().includes(wanted));
  const rows = wanted ? ranked(trace).filter(holds) : ranked(trace);
  return byName ? [...rows].sort((a, b) => natural(a.name, b.name)) : rows;
}

/** The scorers that had something to say, heaviest first as in the profile. */
export function scorersOf(...traces: Trace[]): string[] {
  const found = new Set<string>();
  for (const trace of traces) for (const name of Object.keys(trace.weights)) if (trace.nodes.some((node) => name in node.scores)) found.add(name);
  for (const trace of traces) for (const node of trace.nodes) for (const name of Object.keys(node.scores)) found.add(name);
  return [...found];
}

/** A refusal's plugin has a column, also if the profile's list does not name it. */
export function filtersOf(trace: Trace): string[] {
  const found = new Set(trace.filters);
  for (const { filter } of trace.nodes) if (filter) found.add(filter.plugin);
  return [...found];
}

/** Of how many nodes how many are left after each stage. */
export function stages(trace: Trace): { all: number; left: number; ranked: number; tied: number } {
  let left = 0;
  let scored = 0;
  for (const node of trace.nodes) {
    if (!node.filter) left++;
    if (node.total !== null) scored++;
  }
  return { all: trace.nodes.length, left, ranked: scored, tied: trace.ties.length };
}

const bests = new WeakMap<Trace, number>();

/** The highest total. */
export function bestOf(trace: Trace): number {
  const known = bests.get(trace);
  if (known !== undefined) return known;
  const best = trace.nodes.reduce((most, node) => Math.max(most, node.total ?? 0), 0);
  bests.set(trace, best);
  return best;
}
