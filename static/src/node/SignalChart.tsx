// What is left of something over time: what has been to the left of now, what will be to the right, and the thresholds.
import { useState } from "preact/hooks";
import { fill, gettext } from "../i18n/i18n";
import { past, span } from "../live/clock";
import type { Micros } from "../live/protocol";
import { micros } from "../pod/doors";
import type { Line, Signal } from "./eviction";
import { amount, crossingWords } from "./evictionWords";

const WIDTH = 272;
const SIDE = 8;
const TOP = 16;
const FOOT = 84;
const HEIGHT = 100;

export function SignalChart({ line, signal, now }: { line: Line; signal: Signal | undefined; now: Micros }) {
  const { available, everyMicroseconds: every } = line;
  const since = micros(line.since);
  const until = micros(line.until);
  const first = now - Math.floor((now - since) / every) * every;
  const middle = Math.round((now - first) / every);
  const [chosen, choose] = useState(0); // points from now
  const at = Math.max(0, Math.min(middle + chosen, available.length - 1));
  const instant = (index: number): Micros => first + index * every;
  const most = Math.max(...available, ...(signal?.thresholds.map((one) => one.level) ?? []), 1);
  const x = (when: Micros): number => SIDE + ((WIDTH - 2 * SIDE) * (when - since)) / (until - since || 1);
  const y = (figure: number): number => FOOT - ((FOOT - TOP) * figure) / most;
  const path = (from: number, to: number): string => available.slice(from, to).map((figure, n) => `${x(instant(from + n))},${y(figure)}`).join(" ");
  const words = pointWords((at - middle) * every, available[at] ?? 0);
  const go = (event: KeyboardEvent): void => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: available.length - 1 }[event.key];
    if (to === undefined) return;
    choose(Math.max(0, Math.min(to, available.length - 1)) - middle);
    event.preventDefault();
  };
  const point = (event: PointerEvent): void => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const when = since + (((event.clientX - box.left) / box.width) * WIDTH - SIDE) * ((until - since) / (WIDTH - 2 * SIDE));
    choose(Math.round((when - now) / every));
  };
  return (
    <section class="section signal-chart" data-line={line.signal}>
      <h3>{fill(gettext("%(signal)s over time"), { signal: line.signal })}</h3>
      <div
        class="signal-plot"
        role="slider"
        tabIndex={0}
        aria-label={fill(gettext("%(signal)s over time"), { signal: line.signal })}
        aria-valuemin={0}
        aria-valuemax={available.length - 1}
        aria-valuenow={at}
        aria-valuetext={words}
        onKeyDown={go}
        onPointerMove={point}
        onPointerDown={point}
      >
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
          <line class="axis" x1={SIDE} x2={WIDTH - SIDE} y1={FOOT} y2={FOOT} />
          {signal?.thresholds.map((one) => (
            <line key={`${one.kind} ${one.level}`} class={`level ${one.kind}`} x1={SIDE} x2={WIDTH - SIDE} y1={y(one.level)} y2={y(one.level)} />
          ))}
          <line class="now-line" x1={x(now)} x2={x(now)} y1={TOP - 4} y2={FOOT} />
          <polyline class="left-line" points={path(0, middle + 1)} />
          <polyline class="left-line ahead" points={path(middle, available.length)} />
          {line.crossings.map((one) => (
            <circle key={`${one.at} ${one.kind}`} class={`crossing ${one.kind}`} cx={x(micros(one.at))} cy={y(one.level)} r="3.5" />
          ))}
          <circle class="chosen-point" cx={x(instant(at))} cy={y(available[at] ?? 0)} r="3" />
          <text x={SIDE} y={11}>
            {amount("memory", most)}
          </text>
          <text x={x(now)} y={11} text-anchor="middle">
            {past.value === null ? gettext("now") : gettext("then")}
          </text>
          <text x={SIDE} y={HEIGHT - 4}>
            {`−${span(now - since)}`}
          </text>
          <text x={WIDTH - SIDE} y={HEIGHT - 4} text-anchor="end">
            {`+${span(until - now)}`}
          </text>
        </svg>
      </div>
      <p class="point-told">{words}</p>
      <ul class="crossings">
        {line.crossings.map((one) => (
          <li key={`${one.at} ${one.kind}`} class={one.kind}>
            {crossingWords(one, now)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function pointWords(after: Micros, left: number): string {
  const figures = { time: span(Math.abs(after)), left: amount("memory", left) };
  if (after === 0) return past.value === null ? fill(gettext("Now: %(left)s left"), figures) : fill(gettext("Then: %(left)s left"), figures);
  return after < 0 ? fill(gettext("%(time)s ago: %(left)s left"), figures) : fill(gettext("In %(time)s: %(left)s left"), figures);
}
