// Ten periods of a CPU quota, looked at closely: how long a container ran in each, and how long it had to wait.
import { fill, gettext } from "../i18n/i18n";
import { useAsked } from "../live/asked";
import type { Micros, Sketch } from "../live/protocol";
import { throttled } from "../node/throttled";
import { windowsOf, type Period, type Windows } from "./course";
import { clockText, coresText } from "./courseWords";

const [TOP, TALL, FOOT] = [6, 54, 78];
const SIDE = 1;

interface Props {
  pod: Sketch;
  container: string;
  at: Micros;
  average: number | null; // thousandths of a core
  width: number;
  chosen: boolean; // somebody chose this instant
}

export function Quota({ pod, container, at, average, width, chosen }: Props) {
  const { told, problem } = useAsked(() => windowsOf(pod, container, at), [pod.id, pod.uid, container, at], !chosen);
  const mine = told?.container === container ? told : null;
  return (
    <section class="quota-windows" aria-label={gettext("The CPU quota, period by period")}>
      <h3>{fill(gettext("The CPU quota of %(container)s, period by period"), { container })}</h3>
      {problem && <p class="problem">{problem}</p>}
      {!mine && !problem && <p class="quiet">{gettext("Asking…")}</p>}
      {mine && (mine.quota === null ? <p class="quiet">{gettext("No CPU limit, no quota: the container is never throttled.")}</p> : <Told told={mine} average={average} width={width} quota={mine.quota} />)}
    </section>
  );
}

function Told({ told, quota, average, width }: { told: Windows; quota: number; average: number | null; width: number }) {
  if (!told.running || !told.periods.length) return <p class="quiet">{gettext("The container does not run at this instant.")}</p>;
  return (
    <>
      <svg class="windows" viewBox={`0 0 ${width} 96`} role="img" aria-label={told.periods.map((one) => periodText(one, quota)).join("; ")}>
        {told.periods.map((one, n) => (
          <Window key={one.at} period={one} told={told} quota={quota} x={SIDE + (n * (width - 2 * SIDE)) / told.periods.length} room={(width - 2 * SIDE) / told.periods.length - 4} />
        ))}
      </svg>
      <p>{ruleOf(told, quota)}</p>
      {told.burst && told.burst.heldUp > told.burst.alone && (
        <p>{fill(gettext("A burst that would be done in %(alone)s ms takes %(whole)s ms: this is what users feel, as latency."), { alone: ms(told.burst.alone), whole: ms(told.burst.heldUp) })}</p>
      )}
      <p class={told.stat?.nr_throttled ? "warn" : "quiet"}>{throttled(told.stat ?? undefined) || gettext("It has never been throttled since it started.")}</p>
      {average !== null && told.periods.some((one) => one.waited) && (
        <p>{fill(gettext("On average it uses %(used)s of the %(limit)s that it may: what counts is each period of 100 ms, not the average."), { used: coresText(average), limit: coresText(quota / 100) })}</p>
      )}
    </>
  );
}

function Window({ period, told, quota, x, room }: { period: Period; told: Windows; quota: number; x: number; room: number }) {
  const length = told.periodMicroseconds;
  const ran = period.waited ? length - period.waited : Math.min(length, period.used / Math.max(1, Math.min(told.threads, period.used / length || 1)));
  const w = period.used ? Math.max(2, (room * ran) / length) : 0;
  const level = TALL * Math.min(1, period.used / quota);
  return (
    <g class="window" data-used={period.used} data-waited={period.waited}>
      <rect class="period" x={x} y={TOP} width={room} height={TALL} />
      {period.waited > 0 && <rect class="held-up" x={x + w} y={TOP} width={Math.max(0, room - w)} height={TALL} />}
      {w > 0 && <rect class="ran" x={x} y={TOP + TALL - level} width={w} height={level} />}
      <text x={x + room / 2} y={FOOT} text-anchor="middle">
        {ms(period.used)}
      </text>
      {period.waited > 0 && (
        <text class="waited" x={x + room / 2} y={FOOT + 14} text-anchor="middle">
          {fill(gettext("−%(ms)s"), { ms: ms(period.waited) })}
        </text>
      )}
    </g>
  );
}

const ms = (micros: number): string => String(Math.round(micros / 100) / 10);

function periodText(period: Period, quota: number): string {
  const figures = { at: clockText(period.at), used: ms(period.used), quota: ms(quota), waited: ms(period.waited) };
  return period.waited ? fill(gettext("%(at)s: %(used)s of %(quota)s ms used, throttled for %(waited)s ms"), figures) : fill(gettext("%(at)s: %(used)s of %(quota)s ms used"), figures);
}

function ruleOf(told: Windows, quota: number): string {
  const worst = told.periods.find((one) => one.waited);
  const figures = { quota: ms(quota), threads: told.threads, ran: ms(worst ? told.periodMicroseconds - worst.waited : 0), waited: ms(worst?.waited ?? 0) };
  const rule = fill(gettext("In each period of 100 ms it may use %(quota)s ms of CPU time, on however many cores at once."), figures);
  if (!worst) return `${rule} ${gettext("In none of these it wanted more.")}`;
  return `${rule} ${fill(gettext("With %(threads)s threads that is used up after %(ran)s ms; then all of them wait for %(waited)s ms, until the next period."), figures)}`;
}
