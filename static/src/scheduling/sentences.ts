// Each cell of the grid in a sentence.
import { narrow } from "../app/screen";
import { gettext, fill, ngettext } from "../i18n/i18n";
import type { Trace } from "./doors";
import { filterPurpose, scorePurpose } from "./plugins";
import type { Ranked } from "./ranking";

const joined = (...parts: string[]): string => parts.filter(Boolean).join(" ");

/** What is said before a cell is looked at. */
export const hint = (): string =>
  narrow.value
    ? gettext("Touch a row: here it says what it means.")
    : gettext("Point at a cell, or walk through the grid with the arrow keys: here it says what the cell means.");

export function aboutFilter(node: Ranked, plugin: string, filters: string[]): string {
  const names = { node: node.name, plugin };
  const purpose = filterPurpose(plugin);
  if (!node.filter) return joined(fill(gettext("%(node)s passes %(plugin)s."), names), purpose);
  const refuser = node.filter.plugin;
  if (plugin === refuser) return joined(aboutRefusal(node), purpose);
  if (filters.indexOf(plugin) < filters.indexOf(refuser)) return joined(fill(gettext("%(node)s passes %(plugin)s."), names), purpose);
  return fill(gettext("%(plugin)s was not asked about %(node)s: %(refuser)s had refused it already."), { ...names, refuser });
}

export const aboutRefusal = (node: Ranked): string =>
  fill(gettext("%(plugin)s refuses %(node)s: %(reasons)s."), { plugin: node.filter!.plugin, node: node.name, reasons: node.filter!.reasons.join(", ") });

export function aboutScore(trace: Trace, node: Ranked, plugin: string): string {
  const score = node.scores[plugin];
  if (node.fate === "spared") return aboutSpared(node);
  if (!score) return fill(gettext("%(plugin)s has nothing to say about this pod."), { plugin });
  const weight = trace.weights[plugin] ?? 1;
  const figures = { plugin, node: node.name, raw: score.raw, normalized: score.normalized, weighted: score.weighted, weight };
  return joined(
    fill(gettext("%(plugin)s gives %(node)s %(raw)s, which is %(normalized)s of 100; × weight %(weight)s = %(weighted)s."), figures),
    scorePurpose(plugin),
  );
}

const aboutSpared = (node: Ranked): string =>
  fill(gettext("%(node)s could take the pod, but was not looked at: enough nodes had been found before."), { node: node.name });

export function aboutTotal(trace: Trace, node: Ranked, best: number): string {
  if (node.fate === "refused") return aboutRefusal(node);
  if (node.fate === "spared") return aboutSpared(node);
  const parts = Object.values(node.scores).map((score) => score.weighted);
  const sum = fill(gettext("%(node)s: %(sum)s = %(total)s."), { node: node.name, sum: parts.join(" + ") || "0", total: node.total ?? 0 });
  return joined(sum, outcome(trace, node, best));
}

function outcome(trace: Trace, node: Ranked, best: number): string {
  const ties = trace.ties.length;
  if (node.fate === "chosen" && ties > 1) return fill(gettext("Chosen: drawn among %(n)s that tie."), { n: ties });
  if (node.fate === "chosen") return gettext("Chosen: no node has more.");
  if (node.fate === "tied") return fill(gettext("As good as the chosen one: drawn among %(n)s that tie."), { n: ties });
  return fill(gettext("%(n)s behind the best."), { n: best - (node.total ?? 0) });
}

/** A whole decision in a sentence of ours; upstream's own words stand above it. */
export function aboutDecision(trace: Trace): string {
  if (trace.node === null) return nowhere(trace);
  const best = trace.nodes.find((node) => node.name === trace.node);
  const figures = { node: trace.node, total: best?.total ?? 0, n: trace.ties.length };
  if (trace.ties.length > 1) return fill(gettext("%(n)s nodes tie at %(total)s, so one is drawn at random: %(node)s."), figures);
  const rival = Math.max(...trace.nodes.filter((node) => node.total !== null && node.name !== trace.node).map((node) => node.total!));
  if (!Number.isFinite(rival)) return fill(gettext("%(node)s is the only node that is left, so it takes the pod."), figures);
  return fill(gettext("%(node)s has the most, %(total)s; the next has %(rival)s."), { ...figures, rival });
}

function nowhere(trace: Trace): string {
  const tally = new Map<string, number>();
  for (const { filter } of trace.nodes) if (filter) tally.set(filter.plugin, (tally.get(filter.plugin) ?? 0) + 1);
  const parts = [...tally].sort((a, b) => b[1] - a[1]).map(([plugin, n]) => fill(ngettext("%(plugin)s refuses %(n)s node", "%(plugin)s refuses %(n)s nodes", n), { plugin, n }));
  return parts.length ? fill(gettext("%(reasons)s."), { reasons: parts.join("; ") }) : "";
}
