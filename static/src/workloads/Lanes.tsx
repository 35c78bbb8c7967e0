// Each pod of a small workload as a bar under the chart, on the same time axis, grouped by revision.
import { fill, gettext } from "../i18n/i18n";
import { elapsed, shortTime } from "../live/clock";
import type { Micros } from "../live/protocol";
import { natural } from "../live/store";
import { micros } from "../pod/doors";
import type { Lane, Rollout } from "./doors";

const ROW = 13;
const BAR = 9;

const STATES: Record<Lane["spans"][number]["state"], () => string> = {
  waiting: () => gettext("not available yet"),
  available: () => gettext("available"),
  terminating: () => gettext("terminating, not counted"),
  succeeded: () => gettext("succeeded"),
  failed: () => gettext("failed"),
};

interface Props {
  told: Rollout;
  namespace: string;
  x: (after: Micros) => number;
  width: number;
  shown: Micros;
}

export function Lanes({ told, namespace, x, width, shown }: Props) {
  const lanes = told.lanes.filter((lane) => lane.spans.length);
  if (!lanes.length) return null;
  const newest = told.bands?.find((band) => band.newest)?.name;
  const ofOldSet = (lane: Lane): boolean => told.bands !== undefined && lane.set !== newest;
  const old = (lane: Lane, revision: string): boolean => ofOldSet(lane) || (!!told.newestLabels?.length && !told.newestLabels.includes(revision));
  lanes.sort((a, b) => Number(ofOldSet(b)) - Number(ofOldSet(a)) || (told.bands ? 0 : natural(a.name, b.name)));
  const height = lanes.length * ROW + 2;
  const since = micros(told.since);
  const clock = (after: Micros): string => shortTime(elapsed(since + after));
  return (
    <>
      <svg class="pod-lanes" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        {lanes.map((lane, at) => (
          <g key={`${lane.name} ${at}`} data-object={`pods/${namespace}/${lane.name}`}>
            <title>{lane.name}</title>
            <text x={x(0) - 6} y={at * ROW + BAR} text-anchor="end">
              {suffix(lane)}
            </text>
            <line class="grid" x1={x(0)} x2={x(micros(told.until) - since)} y1={at * ROW + ROW - 1.5} y2={at * ROW + ROW - 1.5} />
            {lane.spans.map((span) => (
              <rect key={span.after} class={`span-${span.state}${old(lane, span.revision) ? " old" : ""}`} x={x(span.after)} width={Math.max(1, x(span.until) - x(span.after))} y={at * ROW + 1} height={BAR} rx="1.5" />
            ))}
          </g>
        ))}
        <line class="now-line" x1={x(shown)} x2={x(shown)} y1="0" y2={height} />
      </svg>
      <ul class="hidden-text">
        {lanes.map((lane, at) => (
          <li key={`${lane.name} ${at}`}>{fill(gettext("%(pod)s: %(course)s"), { pod: lane.name, course: lane.spans.map((span) => `${clock(span.after)} ${STATES[span.state]()}`).join(", ") })}</li>
        ))}
      </ul>
    </>
  );
}

/** What tells a pod from the others of its set. */
const suffix = (lane: Lane): string => (lane.name.startsWith(`${lane.set}-`) ? lane.name.slice(lane.set.length + 1) : lane.name).slice(0, 7);
