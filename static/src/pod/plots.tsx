// CPU and memory over time, against what was asked for and what bounds them.
import { fill, gettext } from "../i18n/i18n";
import { pieces, y, type Axis, type Plot } from "./axis";
import type { Bounds, Column, Course } from "./course";
import { bytesText, coresText, OOM } from "./courseWords";
import { endLabel, Label } from "./lanes";

interface Props {
  course: Course;
  column: Column;
  axis: Axis;
}

export function CpuPlot({ course, column, axis }: Props) {
  const plot = axis.cpu;
  const throttled = column.throttled.some((one) => one);
  return (
    <g class="use-plot" data-plot="cpu">
      <Head axis={axis} plot={plot} title="CPU" most={coresText(plot.most / 1.08)} />
      <Lines course={course} bounds={column.bounds} which="cpu" axis={axis} plot={plot} words={coresText} />
      <Area course={course} figures={column.cpu} axis={axis} plot={plot} />
      <Label axis={axis} y={axis.strip + 7} text={throttled ? gettext("throttled") : ""} />
      {course.at.map((at, n) => {
        const share = column.throttled[n];
        const next = course.at[n + 1];
        if (!share || next === undefined) return null;
        return <rect key={at} class="throttled" x={axis.x(at)} y={axis.strip + 7 * (1 - share)} width={Math.max(0.5, axis.x(next) - axis.x(at))} height={7 * share} />;
      })}
    </g>
  );
}

export function MemoryPlot({ course, column, shown, axis }: Props & { shown: string }) {
  const plot = axis.memory;
  const ends = course.containers.filter((one) => !shown || one.name === shown).flatMap((one) => one.ends.map((end) => ({ name: one.name, ...end })));
  let free = axis.left; // labels do not stand on each other
  return (
    <g class="use-plot" data-plot="memory">
      <Head axis={axis} plot={plot} title={gettext("Memory")} most={bytesText(plot.most / 1.08)} />
      <Lines course={course} bounds={column.bounds} which="memory" axis={axis} plot={plot} words={bytesText} />
      <Area course={course} figures={column.memory} axis={axis} plot={plot} />
      {ends.map((end) => {
        const x = axis.x(end.at);
        const text = endLabel(end.reason, end.exitCode);
        const room = text.length * 7 + 14;
        const right = x + room <= axis.right;
        const begin = right ? x + 5 : x - room;
        const fits = begin >= free;
        if (fits) free = begin + room;
        return (
          <g key={`${end.name} ${end.at}`} class={end.reason === OOM ? "end oom" : end.exitCode ? "end bad-end" : "end"} data-end={end.reason} data-code={end.exitCode} data-of={end.name}>
            <line x1={x} x2={x} y1={plot.top - 4} y2={plot.foot} />
            <path d={`M${x - 4} ${plot.top - 10}l8 8m0-8l-8 8`} />
            {fits && (
              <text x={right ? x + 7 : x - 7} y={plot.top - 3} text-anchor={right ? "start" : "end"}>
                {text}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

function Head({ axis, plot, title, most }: { axis: Axis; plot: Plot; title: string; most: string }) {
  return (
    <>
      <Label axis={axis} y={plot.top + 12} text={title} />
      <text class="most" x={axis.left - 8} y={plot.top + 27} text-anchor="end">
        {most}
      </text>
      <text class="most" x={axis.left - 8} y={plot.foot + 3} text-anchor="end">
        0
      </text>
      <line class="axis" x1={axis.left} x2={axis.right} y1={plot.foot} y2={plot.foot} />
    </>
  );
}

interface LinesProps {
  course: Course;
  bounds: Bounds[];
  which: "cpu" | "memory";
  axis: Axis;
  plot: Plot;
  words: (figure: number) => string;
}

/** Request and limit, which a resize moves; labelled where they are now. */
function Lines({ course, bounds, which, axis, plot, words }: LinesProps) {
  const held = bounds.map((one, n) => ({ ...one, until: bounds[n + 1]?.at ?? course.until }));
  const newest = bounds.at(-1);
  const [request, limit] = [newest?.requests[which], newest?.limits[which]];
  const draw = (kind: "requests" | "limits", name: string) =>
    held.map((one) => {
      const figure = one[kind][which];
      if (!figure) return null;
      return <line key={`${name} ${one.at}`} class={`bound ${name}`} x1={axis.x(one.at)} x2={axis.x(one.until)} y1={y(plot, figure)} y2={y(plot, figure)} />;
    });
  const apart = request && limit && y(plot, request) - y(plot, limit) < 13;
  return (
    <>
      {draw("requests", "request")}
      {draw("limits", "limit")}
      {limit ? (
        <text class="bound-label limit" x={axis.right - 6} y={y(plot, limit) + 12} text-anchor="end">
          {fill(gettext("limit %(figure)s"), { figure: words(limit) })}
        </text>
      ) : null}
      {request ? (
        <text class="bound-label request" x={axis.right - (apart ? 116 : 6)} y={y(plot, request) + (y(plot, request) > plot.foot - 14 || request === limit ? (request === limit ? 12 : -4) : 12)} text-anchor="end">
          {fill(gettext("request %(figure)s"), { figure: words(request) })}
        </text>
      ) : null}
    </>
  );
}

function Area({ course, figures, axis, plot }: { course: Course; figures: (number | null)[]; axis: Axis; plot: Plot }) {
  return (
    <>
      {pieces(course, figures, axis, plot).map((points) => {
        const all = points.split(" ");
        const [first, end] = [all[0]!.split(",")[0], all.at(-1)!.split(",")[0]];
        return (
          <g key={first}>
            <polygon class="used-area" points={`${first},${plot.foot} ${points} ${end},${plot.foot}`} />
            <polyline class="used-line" points={points} />
          </g>
        );
      })}
    </>
  );
}
