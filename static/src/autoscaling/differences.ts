// How two runs of an autoscaler differ, a sentence for each thing.
import { fill, gettext } from "../i18n/i18n";
import { age } from "../live/clock";
import type { Micros } from "../live/protocol";
import type { Compared, Step } from "./doors";
import { metricAt } from "./scale";

const ABOVE = 1.1; // beyond the tolerance

interface Summary {
  first: Micros | null; // when it scaled first
  peak: number;
  peakAt: Micros;
  last: number;
  lastAt: Micros;
  rescales: number;
  above: Micros; // for how long the metric was above its target
  pods: number; // replicas times minutes
}

function summaryOf(steps: Step[], told: Compared, metric: string): Summary {
  const found: Summary = { first: null, peak: 0, peakAt: told.since, last: 0, lastAt: told.since, rescales: 0, above: 0, pods: 0 };
  steps.forEach((step, n) => {
    const time = (steps[n + 1]?.at ?? told.until) - step.at;
    const figure = metricAt(step, metric);
    if (figure?.value && figure.target && figure.value > figure.target * ABOVE) found.above += time;
    if (step.replicas === null) return;
    found.pods += (step.replicas * time) / 60e6;
    if (step.at > told.since && step.current !== null && step.looked && step.current !== step.replicas) {
      found.rescales++;
      found.first ??= step.at;
    }
    if (step.replicas > found.peak) [found.peak, found.peakAt] = [step.replicas, step.at];
    if (step.replicas !== found.last) [found.last, found.lastAt] = [step.replicas, step.at];
  });
  return found;
}

export function differences(told: Compared, metric: string): string[] {
  const a = summaryOf(told.first.steps, told, metric);
  const b = summaryOf(told.second.steps, told, metric);
  const from = told.load ?? told.since;
  const after = (at: Micros): string => age(at - from);
  const said: string[] = [];
  const tell = (same: boolean, words: string, figures: Record<string, string | number>): void => {
    if (!same) said.push(fill(words, figures));
  };
  if (a.first === null && b.first === null) return [gettext("Neither scales in this time.")];
  if (a.first === null || b.first === null) said.push(a.first === null ? fill(gettext("B scales after %(time)s, A not at all."), { time: after(b.first!) }) : fill(gettext("A scales after %(time)s, B not at all."), { time: after(a.first) }));
  else tell(a.first === b.first, gettext("A scales first after %(a)s, B after %(b)s."), { a: after(a.first), b: after(b.first) });
  tell(a.peak === b.peak, gettext("A reaches %(a)s replicas, B %(b)s."), { a: a.peak, b: b.peak });
  if (a.peak === b.peak) tell(a.peakAt === b.peakAt, gettext("A reaches %(n)s replicas after %(a)s, B after %(b)s."), { n: a.peak, a: after(Math.max(from, a.peakAt)), b: after(Math.max(from, b.peakAt)) });
  tell(a.last === b.last, gettext("At the end A has %(a)s replicas, B %(b)s."), { a: a.last, b: b.last });
  if (a.last === b.last && a.last < a.peak) tell(a.lastAt === b.lastAt, gettext("A is down to %(n)s after %(a)s, B after %(b)s."), { n: a.last, a: after(a.lastAt), b: after(b.lastAt) });
  tell(a.rescales === b.rescales, gettext("A changes the scale %(a)s times, B %(b)s times."), { a: a.rescales, b: b.rescales });
  tell(a.above === b.above, gettext("The metric is above its target for %(a)s under A, for %(b)s under B."), { a: age(a.above), b: age(b.above) });
  tell(Math.round(a.pods) === Math.round(b.pods), gettext("A costs %(a)s pod minutes, B %(b)s."), { a: Math.round(a.pods), b: Math.round(b.pods) });
  return said.length ? said : [gettext("Both do the same.")];
}
