// The lanes of a pod's past: in which state each container was, each probe with what it counted up to, the events.
import { fill, gettext } from "../i18n/i18n";
import type { EventSketch, Micros } from "../live/protocol";
import { LANE, PROBE, type Axis } from "./axis";
import type { ContainerCourse, Course, StateSpan } from "./course";
import { stateWord } from "./courseWords";
import { micros, type Row } from "./doors";

const LETTER = 6.2; // px, about

/** As much of a name as there is room for: its beginning and its end. */
export function short(name: string, room: number): string {
  const most = Math.floor(room / LETTER);
  if (name.length <= most) return name;
  const tail = Math.min(4, Math.floor(most / 3));
  return `${name.slice(0, most - tail - 1)}…${name.slice(-tail)}`;
}

export function Label({ axis, y, text }: { axis: Axis; y: number; text: string }) {
  return (
    <text class="lane-label" x={axis.left - 8} y={y} text-anchor="end">
      {short(text, axis.left - 10)}
    </text>
  );
}

const toneOf = (span: StateSpan): string => {
  if (span.kind === "running") return span.ready ? "ready" : "unready";
  if (span.kind === "waiting") return /BackOff|Err|Invalid|Config/.test(span.reason) ? "stuck" : "waits";
  return span.exitCode ? "failed" : "succeeded";
};

interface Lane {
  course: Course;
  axis: Axis;
  top: number;
}

export function StateLane({ container, course, axis, top }: Lane & { container: ContainerCourse }) {
  const ends = [...container.states.slice(1).map((one) => one.at), course.until];
  return (
    <g class="state-lane" data-container={container.name}>
      <Label axis={axis} y={top + 13} text={container.name} />
      {container.states.map((span, n) => {
        if (!span.kind) return null;
        const [x, to] = [axis.x(span.at), axis.x(ends[n]!)];
        const word = stateWord(span);
        const room = Math.max(1.5, to - x);
        return (
          <g key={span.at} class={`state ${toneOf(span)}`} data-state={span.kind} data-reason={span.reason}>
            <rect x={x} y={top} width={room} height={LANE} rx="2" />
            {room > 34 && (
              <text x={x + 5} y={top + 13}>
                {short(word, room - 10)}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

export function ProbeLane({ name, row, course, axis, top }: Lane & { name: string; row: Row }) {
  const foot = top + PROBE;
  const inside = (at: Micros): boolean => at >= axis.since && at <= course.until;
  return (
    <g class="probe-lane" data-probe={`${name} ${row.kind}`}>
      <Label axis={axis} y={foot - 9} text={row.kind} />
      <line class="threshold" x1={axis.left} x2={axis.right} y1={top + 3} y2={top + 3} />
      <line class="axis" x1={axis.left} x2={axis.right} y1={foot} y2={foot} />
      {row.probes.map((probe) => {
        const at = micros(probe.at);
        if (!inside(at)) return null;
        const x = axis.x(at);
        const tall = probe.count ? Math.max(3, ((PROBE - 3) * Math.min(probe.count, probe.threshold)) / probe.threshold) : 3;
        return (
          <g key={probe.at} data-outcome={probe.outcome}>
            <rect class={`count ${probe.outcome.toLowerCase()}`} x={x - 1.5} y={foot - tall} width="3" height={tall} />
            {probe.caused && probe.caused !== "event" && <path class={`caused-mark ${probe.caused}`} d={`M${x} ${top - 1}l4-4h-8z`} />}
          </g>
        );
      })}
    </g>
  );
}

export function EventMarks({ events, course, axis }: { events: EventSketch[]; course: Course; axis: Axis }) {
  const y = axis.events + LANE / 2;
  return (
    <g class="event-marks">
      <Label axis={axis} y={y + 4} text={gettext("events")} />
      <line class="axis" x1={axis.left} x2={axis.right} y1={y} y2={y} />
      {events
        .filter((one) => one.at >= axis.since && one.at <= course.until)
        .map((one) => (
          <path key={one.id} class={one.type === "Warning" ? "event-mark warning" : "event-mark"} data-event={one.reason} d={`M${axis.x(one.at)} ${y - 5}l5 5-5 5-5-5z`} />
        ))}
    </g>
  );
}

/** The words beside what ended a container. */
export const endLabel = (reason: string, code: number): string => (reason ? `${reason} ${code}` : fill(gettext("exit %(code)s"), { code }));
