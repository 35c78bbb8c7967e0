// Where things are in a chart, and the paths of lines that go in steps.
import type { Micros } from "../live/protocol";
import type { Course, Metric, Step } from "./doors";

export const HEIGHT = 302;
export const LEFT = 48;
export const METRIC = { top: 10, foot: 116 };
export const REPLICAS = { top: 156, foot: 274 };

export const keyOf = (metric: Metric): string => `${metric.name} ${metric.form}`;

export const metricAt = (step: Step, key: string): Metric | undefined => step.metrics.find((one) => keyOf(one) === key);

/** All metrics of a course, as they are now. */
export function metricsOf(steps: Step[]): Metric[] {
  const found = new Map<string, Metric>();
  for (const step of steps) for (const metric of step.metrics) found.set(keyOf(metric), metric);
  return [...found.values()];
}

export interface Reach {
  figure: number;
  replicas: number;
}

/** How high both parts of a chart go, or of several that are to be compared. */
export function reachOf(courses: Step[][], key: string): Reach {
  const steps = courses.flat();
  const figures = steps.flatMap((step) => [metricAt(step, key)?.value ?? 0, (metricAt(step, key)?.target ?? 0) * 1.3]);
  const counts = steps.flatMap((step) => [step.recommended ?? 0, step.stabilized ?? 0, step.replicas ?? 0]);
  const most = Math.max(1, ...counts);
  const bound = Math.max(0, ...steps.map((step) => step.most));
  return { figure: Math.max(...figures) || 1, replicas: bound <= most * 2 ? Math.max(bound, most) : most };
}

/** Round marks from nothing up to so much. */
export function marks(most: number, count: number): number[] {
  const rough = most / count;
  const decade = 10 ** Math.floor(Math.log10(rough));
  const every = [1, 2, 5, 10].map((n) => n * decade).find((n) => n >= rough)!;
  return Array.from({ length: Math.floor(most / every + 1e-9) + 1 }, (_, n) => n * every);
}

/** The pieces of a line that holds its figure until the next step; gaps where there is none. */
export function stairs(course: Course, figure: (step: Step) => number | null | undefined, x: (at: Micros) => number, y: (n: number) => number): string[] {
  const pieces: string[] = [];
  let piece = "";
  course.steps.forEach((step, n) => {
    const to = course.steps[n + 1]?.at ?? course.until;
    const value = figure(step);
    if (to < course.since) return;
    if (value === null || value === undefined) {
      if (piece) pieces.push(piece);
      piece = "";
      return;
    }
    piece += `${piece ? "L" : "M"}${x(Math.max(step.at, course.since))},${y(value)}L${x(to)},${y(value)}`;
  });
  return piece ? [...pieces, piece] : pieces;
}
