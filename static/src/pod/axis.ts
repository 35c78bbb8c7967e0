// Where things stand in the picture of a pod's past: one axis of time, rows from top to bottom.
import { clock } from "../live/clock";
import type { Micros } from "../live/protocol";
import { step } from "../node/axes";
import type { Column, Course } from "./course";
import type { Anatomy, Row } from "./doors";

export const LANE = 18;
export const PROBE = 26;
const [PLOT, HEAD, GAP, STRIP] = [82, 20, 8, 19];
const LEAST = 30e6; // microseconds that are shown at least

export interface Plot {
  top: number;
  foot: number;
  most: number;
}

export interface Axis {
  width: number;
  left: number;
  right: number;
  since: Micros;
  x: (at: Micros) => number;
  instant: (x: number) => Micros;
  lanes: number[]; // where the lane of each container begins
  probes: { name: string; row: Row; top: number }[];
  cpu: Plot;
  strip: number; // where the throttled share is drawn
  memory: Plot;
  events: number;
  foot: number;
  height: number;
  ticks: Micros[];
}

export function axisOf(course: Course, told: Anatomy | null, column: Column, width: number): Axis {
  const left = width < 500 ? 70 : 108;
  const right = width - 10;
  const since = beginOf(course);
  const length = course.until - since || 1;
  let y = 4;
  const take = (height: number): number => (y += height) - height;
  const lanes = course.containers.map(() => take(LANE + 4));
  const probes = (told?.containers ?? []).flatMap(({ name, probes: rows }) => rows.map((row) => ({ name, row, top: take(PROBE + 4) })));
  const plot = (which: "cpu" | "memory"): Plot => {
    const top = take(HEAD + PLOT) + HEAD;
    return { top, foot: top + PLOT, most: mostOf(column, which) };
  };
  take(GAP);
  const cpu = plot("cpu");
  const strip = take(STRIP) + 9;
  take(GAP);
  const memory = plot("memory");
  take(GAP);
  const events = take(LANE);
  const foot = y;
  return {
    width,
    left,
    right,
    x: (at) => left + ((right - left) * (Math.max(since, Math.min(at, course.until)) - since)) / length,
    since,
    instant: (x) => since + ((x - left) * length) / (right - left),
    lanes,
    probes,
    cpu,
    strip,
    memory,
    events,
    foot,
    height: foot + 24,
    ticks: ticksOf(since, course.until, right - left),
  };
}

export const y = (plot: Plot, figure: number): number => plot.foot - ((plot.foot - plot.top) * Math.min(figure, plot.most)) / plot.most;

/** So high that what is used, asked for and allowed can be seen. */
function mostOf(column: Column, which: "cpu" | "memory"): number {
  const asked = column.bounds.flatMap((one) => [one.requests[which] ?? 0, one.limits[which] ?? 0]);
  const used = column[which].map((one) => one ?? 0);
  return Math.max(...asked, ...used, which === "cpu" ? 10 : 2 ** 20) * 1.08;
}

/** Before a pod was created there is nothing to see of it. */
function beginOf(course: Course): Micros {
  const lived = course.until - course.created;
  return Math.max(course.since, Math.min(course.created - lived / 20, course.until - LEAST));
}

function ticksOf(since: Micros, until: Micros, room: number): Micros[] {
  const every = step(((until - since) * 560) / room);
  const born = clock.peek()?.start ?? since;
  const first = born + Math.ceil(Math.max(0, since - born) / every) * every;
  return Array.from({ length: Math.max(0, Math.floor((until - first) / every) + 1) }, (_, n) => first + n * every);
}

/** The pieces of a line: it is broken where there is no figure. */
export function pieces(course: Course, figures: (number | null)[], axis: Axis, plot: Plot): string[] {
  const found: string[] = [];
  let open = false;
  figures.forEach((figure, n) => {
    if (figure === null) {
      open = false;
      return;
    }
    const point = `${axis.x(course.at[n]!).toFixed(1)},${y(plot, figure).toFixed(1)}`;
    if (open) found.push(`${found.pop()} ${point}`);
    else found.push(point);
    open = true;
  });
  return found;
}

/** The place in `Course.at` of the last instant by `at`; -1 before the first. */
export function placeOf(course: Course, at: Micros): number {
  return course.at.findLastIndex((one) => one <= at);
}
