// One run: what is left over time, the thresholds, the grace period, the condition, and who is evicted when.
import { fill, gettext } from "../i18n/i18n";
import { span } from "../live/clock";
import type { Micros } from "../live/protocol";
import type { Compared, Run } from "./compared";
import { clockText, runWords } from "./comparedWords";
import { amount } from "./evictionWords";
import { figures, step } from "./axes";

const WIDTH = 600;
const [LEFT, RIGHT, TOP, FOOT] = [60, 592, 22, 196];
const HEIGHT = 232;
const STRIP = FOOT + 5;
const ABOVE = 4; // how many times the highest threshold is shown at most

/** How high both charts reach. */
export function reach(told: Compared): number {
  const runs = [told.hard, told.soft];
  const most = Math.max(...runs.flatMap((run) => run.available), 1);
  const levels = Math.max(...runs.flatMap((run) => run.thresholds.flatMap((one) => [one.level, one.until])), 0);
  return levels ? Math.min(most, levels * ABOVE) : most;
}

export function RunChart({ told, run, most, id }: { told: Compared; run: Run; most: number; id: string }) {
  const last = told.lastMicroseconds || 1;
  const x = (after: Micros): number => LEFT + ((RIGHT - LEFT) * Math.min(after, last)) / last;
  const y = (figure: number): number => FOOT - ((FOOT - TOP) * figure) / (most * 1.04);
  const every = step(last);
  const ticks = Array.from({ length: Math.floor(last / every) + 1 }, (_, n) => n * every);
  const points = run.after.map((after, n) => `${x(after)},${y(run.available[n]!)}`).join(" ");
  const first = run.evictions[0];
  return (
    <svg class="run-chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={runWords(told, run)}>
      <clipPath id={id}>
        <rect x={LEFT} y={TOP - 6} width={RIGHT - LEFT + 6} height={FOOT - TOP + 6} />
      </clipPath>
      {figures(most, told.resource).map((figure) => (
        <g key={figure}>
          <line class="grid" x1={LEFT} x2={RIGHT} y1={y(figure)} y2={y(figure)} />
          <text x={LEFT - 6} y={y(figure) + 4} text-anchor="end">
            {amount(told.resource, figure)}
          </text>
        </g>
      ))}
      {ticks.map((after) => (
        <g key={after}>
          <line class="axis" x1={x(after)} x2={x(after)} y1={FOOT} y2={FOOT + 4} />
          <text x={x(after)} y={HEIGHT - 6} text-anchor={after === 0 ? "start" : x(after) > RIGHT - 30 ? "end" : "middle"}>
            {clockText(told, after)}
          </text>
        </g>
      ))}
      <Levels told={told} run={run} x={x} y={y} most={most} />
      <polyline class="run-line" points={points} clip-path={`url(#${id})`} />
      {run.condition.spans.map((one) => (
        <rect key={one.since} class="condition" x={x(one.since)} width={Math.max(2, x(one.until ?? last) - x(one.since))} y={STRIP} height="5" />
      ))}
      {run.evictions.map((one) => (
        <circle key={`${one.after} ${one.name}`} class="evicted" cx={x(one.after)} cy={Math.max(TOP, y(one.available))} r="5" />
      ))}
      {first && <Label x={x(first.after)} text={fill(gettext("%(at)s %(pod)s evicted"), { at: clockText(told, first.after), pod: first.name })} />}
      {Math.max(...run.available) > most && (
        <text class="beyond" x={LEFT + 6} y={TOP - 4}>
          {fill(gettext("↑ beyond the chart: up to %(left)s"), { left: amount(told.resource, Math.max(...run.available)) })}
        </text>
      )}
    </svg>
  );
}

interface Scale {
  told: Compared;
  run: Run;
  x: (after: Micros) => number;
  y: (figure: number) => number;
  most: number;
}

function Levels({ told, run, x, y, most }: Scale) {
  const last = told.lastMicroseconds;
  return (
    <>
      {run.thresholds.flatMap((one) =>
        one.graceMicroseconds === 0
          ? []
          : one.met.map(({ since, until }) => {
              const end = Math.min(since + one.graceMicroseconds, until ?? last, last);
              return (
                <g key={since}>
                  <rect class="grace" x={x(since)} width={Math.max(1, x(end) - x(since))} y={TOP} height={FOOT - TOP} />
                  <line class="grace-edge" x1={x(since)} x2={x(since)} y1={TOP} y2={FOOT} />
                </g>
              );
            }),
      )}
      {run.thresholds.map((one) => {
        const words = one.kind === "hard" ? gettext("hard: below %(level)s") : gettext("soft: below %(level)s for %(grace)s");
        const label = fill(words, { level: amount(told.resource, one.level), grace: span(one.graceMicroseconds) });
        return (
          <g key={one.kind} class={`level ${one.kind}`}>
            <line x1={LEFT} x2={RIGHT} y1={y(one.level)} y2={y(one.level)} />
            {one.until > one.level && one.until <= most && <line class="reclaim" x1={LEFT} x2={RIGHT} y1={y(one.until)} y2={y(one.until)} />}
            <text x={one.kind === "hard" ? LEFT + 4 : RIGHT} y={y(one.level) - 5} text-anchor={one.kind === "hard" ? "start" : "end"}>
              {label}
            </text>
          </g>
        );
      })}
    </>
  );
}

/** Beside the line that goes up when the pod is gone: to its right where there is room, else to its left. */
function Label({ x, text }: { x: number; text: string }) {
  const right = x < (LEFT + RIGHT) / 2;
  return (
    <text class="run-label" x={right ? x + 9 : x - 9} y={TOP + 26} text-anchor={right ? "start" : "end"}>
      {text}
    </text>
  );
}
