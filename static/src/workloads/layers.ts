// What is stacked in the chart, from the bottom up, and the lines over it.
import { fill, gettext, ngettext, pgettext } from "../i18n/i18n";
import type { Band, Rollout } from "./doors";

export interface Layer {
  key: string;
  label: string;
  kind: "new" | "old" | "waiting" | "succeeded" | "failed" | "outdated";
  values: number[];
}

export interface Limit {
  key: "most" | "least" | "desired";
  values: (number | null)[];
  label: string;
}

export function layersOf(told: Rollout): Layer[] {
  if (told.bands) return ofSets(told, told.bands);
  if (told.kind === "Job") {
    return [
      { key: "active", label: pgettext("pods of a Job", "active"), kind: "new", values: told.active ?? [] },
      { key: "succeeded", label: gettext("succeeded"), kind: "succeeded", values: told.succeeded ?? [] },
      { key: "failed", label: gettext("failed"), kind: "failed", values: told.failed ?? [] },
    ];
  }
  return [
    { key: "updated", label: gettext("of the new revision"), kind: "new", values: told.updated ?? [] },
    { key: "outdated", label: gettext("of an old revision"), kind: "outdated", values: told.outdated ?? [] },
  ];
}

/** What is available of each ReplicaSet, the newest at the bottom, and above it what is not available yet. */
function ofSets(told: Rollout, bands: Band[]): Layer[] {
  const shown = [...bands].reverse().filter((band) => band.newest || band.total.some((n) => n > 0));
  const waiting = told.after.map((_, at) => bands.reduce((sum, band) => sum + Math.max(0, (band.total[at] ?? 0) - (band.available[at] ?? 0)), 0));
  shown.sort((a, b) => Number(b.newest) - Number(a.newest));
  return [
    ...shown.map((band): Layer => ({ key: band.name, label: bandWords(band), kind: band.newest ? "new" : "old", values: band.available })),
    { key: "waiting", label: gettext("not available yet"), kind: "waiting", values: waiting },
  ];
}

export function bandWords(band: Band): string {
  const figures = { revision: band.revision, images: band.images.join(", ") };
  return band.newest ? fill(gettext("new, revision %(revision)s, %(images)s"), figures) : fill(gettext("old, revision %(revision)s, %(images)s"), figures);
}

/** The limits as lines; one that nothing sets is left out. */
export function limitsOf(told: Rollout): Limit[] {
  const [most, least, desired] = [told.most.at(-1), told.least.at(-1), told.desired.at(-1)];
  const lines: Limit[] = [];
  if (told.kind === "Job") {
    if (desired != null) lines.push({ key: "desired", values: told.desired, label: fill(ngettext("%(n)s completion wanted", "%(n)s completions wanted", desired), { n: desired }) });
    if (most != null) lines.push({ key: "most", values: told.most, label: fill(gettext("at most %(n)s at a time"), { n: most }) });
    return lines;
  }
  if (most != null && desired != null) {
    const figures = { n: most, desired, surge: most - desired };
    lines.push({ key: "most", values: told.most, label: most > desired ? fill(gettext("at most %(n)s = %(desired)s + maxSurge %(surge)s"), figures) : fill(gettext("at most %(n)s"), figures) });
  }
  if (least != null && desired != null && told.strategy !== "Recreate") {
    const figures = { n: least, desired, gap: desired - least };
    const words = least === desired ? gettext("at least %(n)s available") : told.kind === "StatefulSet" && figures.gap === 1 ? gettext("at least %(n)s available: one at a time") : gettext("at least %(n)s available = %(desired)s − maxUnavailable %(gap)s");
    lines.push({ key: "least", values: told.least, label: fill(words, figures) });
  }
  return lines;
}

/** 25% of 6 is 1.5: why a percentage comes to this many pods. */
export function roundingWords(told: Rollout): string[] {
  if (told.kind !== "Deployment" || told.replicas === null) return [];
  const found: string[] = [];
  const share = (text: string): string => String(Math.round(Number(text.replace("%", "")) * told.replicas!) / 100);
  if (typeof told.maxSurge === "string") {
    found.push(fill(gettext("maxSurge: %(percent)s of %(n)s is %(share)s, rounded up to %(pods)s."), { percent: told.maxSurge, n: told.replicas, share: share(told.maxSurge), pods: told.surge ?? 0 }));
  }
  if (typeof told.maxUnavailable === "string") {
    found.push(fill(gettext("maxUnavailable: %(percent)s of %(n)s is %(share)s, rounded down to %(pods)s."), { percent: told.maxUnavailable, n: told.replicas, share: share(told.maxUnavailable), pods: told.unavailable ?? 0 }));
  }
  return found;
}

/** How many pods at one instant, for those who do not see the chart. */
export function momentWords(layers: Layer[], at: number): string {
  const parts = layers.filter((layer) => layer.values[at]).map((layer) => `${layer.values[at]} ${layer.label}`);
  const all = layers.reduce((sum, layer) => sum + (layer.values[at] ?? 0), 0);
  return [fill(ngettext("%(n)s pod", "%(n)s pods", all), { n: all }), ...parts].join(" · ");
}
