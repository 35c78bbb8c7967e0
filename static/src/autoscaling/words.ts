// An autoscaler's steps in words: what it saw, what it did, and what held it back.
import { fill, gettext, ngettext } from "../i18n/i18n";
import { age, elapsed, shortTime } from "../live/clock";
import type { Micros } from "../live/protocol";
import { cpuQuantity, memoryQuantity } from "../live/words";
import type { Metric, Step } from "./doors";

export const clockText = (at: Micros): string => shortTime(elapsed(at)).replace(/\.\d$/, "");

const seconds = (n: number): string => age(n * 1e6);

/** 43%, 86m, 120Mi, 12.5 */
export function figureText(metric: Pick<Metric, "form" | "resource">, n: number | null): string {
  if (n === null) return "—";
  if (metric.form === "Utilization") return `${Math.round(n)}%`;
  if (metric.resource === "cpu") return cpuQuantity(Math.round(n * 1000));
  if (metric.resource === "memory") return memoryQuantity(n);
  return String(Number(n.toPrecision(4)));
}

export function metricTitle({ name, form }: Metric): string {
  if (form === "Utilization") return fill(gettext("%(metric)s, percent of what the pods request"), { metric: name });
  return form === "AverageValue" ? fill(gettext("%(metric)s, average of a pod"), { metric: name }) : name;
}

export type HoldKind = "" | "policy" | "window" | "bound" | "failed";

export const KIND_WORDS: Record<Exclude<HoldKind, "">, () => string> = {
  policy: () => gettext("a policy"),
  window: () => gettext("the stabilization window"),
  bound: () => gettext("min or max"),
  failed: () => gettext("no figures"),
};

export interface Hold {
  kind: HoldKind;
  words: string;
  short: string; // where there is little room
}

const NOTHING: Hold = { kind: "", words: "", short: "" };
const plain = (kind: HoldKind, words: string): Hold => ({ kind, words, short: words });

/** What kept a step from doing what was recommended. A policy counts more than a window: it comes after it. */
export function holdOf(step: Step): Hold {
  if (step.failed) return plain("failed", gettext("nothing can be decided"));
  if (step.limit === "ScaleUpLimit" || step.limit === "ScaleDownLimit") return plain("policy", policyWords(step));
  if (step.limit === "TooManyReplicas") return plain("bound", fill(gettext("no more than maxReplicas, %(n)s"), { n: step.most }));
  if (step.limit === "TooFewReplicas") return plain("bound", fill(gettext("no fewer than minReplicas, %(n)s"), { n: step.least }));
  if (step.window === null) return NOTHING;
  const down = (step.stabilized ?? 0) > (step.recommended ?? 0);
  const words = down ? gettext("%(time)s window: the highest recommendation in it holds") : gettext("%(time)s window: the lowest recommendation in it holds");
  const time = seconds(step.window);
  return { kind: "window", words: fill(words, { time }), short: fill(gettext("%(time)s window"), { time }) };
}

function policyWords({ limit, policy }: Step): string {
  const up = limit === "ScaleUpLimit";
  if (!policy) return gettext("at most twice as many, or 4, in one step");
  if (policy.selectPolicy === "Disabled") return up ? gettext("scaling up is disabled") : gettext("scaling down is disabled");
  const n = Number(policy.value);
  const figures = { n, time: seconds(Number(policy.periodSeconds)) };
  if (policy.type === "Percent") return fill(up ? gettext("at most %(n)s more per %(time)s") : gettext("at most %(n)s fewer per %(time)s"), { ...figures, n: `${n}%` });
  const words = up ? ngettext("at most %(n)s pod more per %(time)s", "at most %(n)s pods more per %(time)s", n) : ngettext("at most %(n)s pod fewer per %(time)s", "at most %(n)s pods fewer per %(time)s", n);
  return fill(words, figures);
}

/** The metric that asks for most: its figure is what counts. */
export const leading = (step: Step): Metric | undefined => [...step.metrics].sort((a, b) => (b.replicas ?? -1) - (a.replicas ?? -1))[0];

/** A step in one sentence, or two. */
export function stepWords(step: Step): string {
  if (step.failed) return step.failed;
  const { current, recommended, replicas } = step;
  if (replicas === null) return gettext("It has not looked yet.");
  const metric = leading(step);
  const figures = { name: metric?.name ?? "", value: metric ? figureText(metric, metric.value) : "", target: metric ? figureText(metric, metric.target) : "", recommended: recommended ?? 0, current: current ?? 0, replicas };
  if (recommended === null) return fill(step.current === step.replicas ? gettext("No recommendation: keeps %(replicas)s.") : gettext("No recommendation, but outside of min and max: %(current)s → %(replicas)s."), figures);
  const kept = gettext("%(name)s at %(value)s of %(target)s: %(recommended)s recommended, keeps %(replicas)s");
  const said = fill(current === replicas ? kept : gettext("%(name)s at %(value)s of %(target)s: %(recommended)s recommended, scales %(current)s → %(replicas)s"), figures);
  const hold = holdOf(step);
  return hold.words ? `${said} — ${hold.words}` : said;
}

export interface Span extends Hold {
  from: Micros;
  to: Micros;
}

/** The spans in which the same thing held. */
export function holds(steps: Step[], until: Micros): Span[] {
  const found: Span[] = [];
  steps.forEach((step, n) => {
    const to = steps[n + 1]?.at ?? until;
    const hold = holdOf(step);
    const last = found.at(-1);
    if (last && last.words === hold.words && last.to === step.at) last.to = to;
    else if (hold.kind) found.push({ ...hold, from: step.at, to });
  });
  return found;
}

/** The steps that somebody wants to read: those that scaled, and those at which what holds it changed. */
export function telling(steps: Step[]): Step[] {
  return steps.filter((step, n) => step.looked && (n === 0 || step.current !== step.replicas || holdOf(step).words !== holdOf(steps[n - 1]!).words));
}
