// A pod's past on one axis of time: states, probes, CPU, memory and events, and what an instant was like.
import { useState } from "preact/hooks";
import { fill, gettext } from "../i18n/i18n";
import { past } from "../live/clock";
import type { EventSketch, Micros } from "../live/protocol";
import { axisOf, placeOf, type Axis } from "./axis";
import type { Column, Course } from "./course";
import { clockText, instantLines } from "./courseWords";
import type { Anatomy } from "./doors";
import { EventMarks, ProbeLane, StateLane } from "./lanes";
import { CpuPlot, MemoryPlot } from "./plots";

interface Props {
  course: Course;
  told: Anatomy | null;
  events: EventSketch[]; // oldest first
  shown: string; // the container whose use is drawn, "" for the pod
  width: number;
  chosen: Micros | null;
  onChoose: (at: Micros | null) => void;
}

export function PodChart({ course, told, events, shown, width, chosen, onChoose }: Props) {
  const column: Column = course.containers.find((one) => one.name === shown) ?? course.pod;
  const axis = axisOf(course, told, column, width);
  const [pinned, pin] = useState(false);
  const last = course.at.length - 1;
  const at = chosen ?? course.until;
  const index = placeOf(course, at);
  const apart = (course.until - axis.since) / 100;
  const lines = instantLines(course, told, events, at, index, apart);
  const go = (event: KeyboardEvent): void => {
    const to = { ArrowLeft: index - 1, ArrowRight: index + 1, PageUp: index - 10, PageDown: index + 10, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    pin(true);
    onChoose(to >= last ? null : (course.at[Math.max(0, to)] ?? null));
    event.preventDefault();
  };
  const point = (event: PointerEvent): void => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const instant = Math.round(axis.instant(((event.clientX - box.left) / box.width) * width));
    onChoose(instant >= course.until ? null : Math.max(axis.since, instant));
  };
  const words = lines.map((one) => `${one.about}: ${one.text}`).join(". ");
  return (
    <>
      <div
        class="pod-plot"
        role="slider"
        tabIndex={0}
        aria-label={fill(gettext("What went on in %(name)s"), { name: course.name })}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, last)}
        aria-valuenow={Math.max(0, index)}
        aria-valuetext={`${clockText(at)}. ${words}`}
        onKeyDown={go}
        onPointerMove={(event) => (event.pointerType === "mouse" && !pinned ? point(event) : undefined)}
        onPointerDown={(event) => {
          pin(true);
          point(event);
        }}
        onPointerLeave={() => {
          if (!pinned) onChoose(null);
        }}
      >
        <svg viewBox={`0 0 ${width} ${axis.height}`} aria-hidden="true">
          <Grounds course={course} axis={axis} />
          {course.containers.map((one, n) => (
            <StateLane key={one.name} container={one} course={course} axis={axis} top={axis.lanes[n]!} />
          ))}
          {axis.probes.map(({ name, row, top }) => (
            <ProbeLane key={`${name} ${row.kind}`} name={name} row={row} course={course} axis={axis} top={top} />
          ))}
          <CpuPlot course={course} column={column} axis={axis} />
          <MemoryPlot course={course} column={column} shown={shown} axis={axis} />
          <EventMarks events={events} course={course} axis={axis} />
          <line class="cursor" x1={axis.x(at)} x2={axis.x(at)} y1={2} y2={axis.foot + 4} />
        </svg>
      </div>
      <div class="instant">
        <p>
          <b>{chosen === null ? (course.gone === null ? fill(gettext("Now, %(at)s"), { at: clockText(at) }) : fill(gettext("Gone at %(at)s"), { at: clockText(at) })) : clockText(at)}</b>
          {pinned && chosen !== null && (
            <button
              class="link"
              onClick={() => {
                pin(false);
                onChoose(null);
              }}
            >
              {past.value !== null ? gettext("to the instant shown") : course.gone === null ? gettext("to now") : gettext("to the end")}
            </button>
          )}
        </p>
        <dl>
          {lines.map((one, n) => (
            <div key={`${one.about} ${n}`}>
              <dt>{one.about}</dt>
              <dd>{one.text}</dd>
            </div>
          ))}
        </dl>
      </div>
    </>
  );
}

/** The marks of time, and where nothing is known or nothing was there. */
function Grounds({ course, axis }: { course: Course; axis: Axis }) {
  const [gap, born] = [axis.x(course.reach), axis.x(course.created)];
  const foot = axis.foot;
  return (
    <g class="grounds">
      {course.reach > axis.since && course.created < course.reach && (
        <g class="gap" data-gap="log">
          <rect x={axis.left} y={2} width={Math.max(1, gap - axis.left)} height={foot - 2} />
          {gap - axis.left > 130 && (
            <text x={axis.left + 6} y={axis.cpu.top + 14}>
              {gettext("The log does not reach here")}
            </text>
          )}
        </g>
      )}
      {course.created > axis.since && (
        <g class="unborn">
          <line x1={born} x2={born} y1={2} y2={foot} />
          {born - axis.left > 60 && (
            <text x={born - 5} y={axis.cpu.top + 14} text-anchor="end">
              {gettext("created")}
            </text>
          )}
        </g>
      )}
      {axis.ticks.map((at) => {
        const x = axis.x(at);
        return (
          <g key={at}>
            <line class="grid" x1={x} x2={x} y1={2} y2={foot + 4} />
            <text x={x} y={axis.height - 7} text-anchor={x > axis.right - 20 ? "end" : "middle"}>
              {clockText(at).replace(/\.0$/, "")}
            </text>
          </g>
        );
      })}
    </g>
  );
}
