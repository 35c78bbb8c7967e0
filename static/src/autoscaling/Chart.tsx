// The metric against its target, and below it the replicas: recommended, stabilised, applied, and what held them back.
import { useState } from "preact/hooks";
import { fill, gettext } from "../i18n/i18n";
import { clock, pastWithin } from "../live/clock";
import type { Micros } from "../live/protocol";
import { step as every } from "../node/axes";
import type { Course, Step } from "./doors";
import { HEIGHT, LEFT, marks, METRIC, metricAt, REPLICAS, stairs, type Reach } from "./scale";
import { clockText, figureText, holds, KIND_WORDS, stepWords, type HoldKind, type Span } from "./words";

const WIDE = 500; // what has room for seven marks

/** About how wide a text is: Chinese letters are twice as wide. */
const lengthOf = (text: string): number => [...text].reduce((sum, letter) => sum + (letter > "\u2e80" ? 12 : 6), 0);

interface Props {
  course: Course;
  metric: string; // its key
  reach: Reach;
  width: number;
  label: string;
}

interface Scale {
  x: (at: Micros) => number;
  figure: (n: number) => number;
  replicas: (n: number) => number;
  right: number;
}

export function Chart({ course, metric, reach, width, label }: Props) {
  const { steps, since, until } = course;
  const right = width - 10;
  const scale: Scale = {
    x: (at) => LEFT + ((right - LEFT) * Math.max(0, Math.min(at, until) - since)) / (until - since || 1),
    figure: (n) => METRIC.foot - ((METRIC.foot - METRIC.top) * n) / (reach.figure * 1.05),
    replicas: (n) => REPLICAS.foot - ((REPLICAS.foot - REPLICAS.top) * n) / (reach.replicas * 1.08),
    right,
  };
  const [pointed, choose] = useState<Micros | null>(null);
  const chosen = pointed ?? pastWithin(since, until);
  const latest = steps.length - 1;
  const index = chosen === null ? latest : Math.max(0, steps.findLastIndex((one) => one.at <= chosen));
  const shown = steps[index];
  const go = (event: KeyboardEvent): void => {
    const to = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: latest }[event.key];
    if (to === undefined) return;
    choose(to >= latest ? null : steps[Math.max(0, to)]!.at);
    event.preventDefault();
  };
  const point = (event: PointerEvent): void => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const at = since + ((((event.clientX - box.left) / box.width) * width - LEFT) * (until - since)) / (right - LEFT);
    choose(at >= until ? null : at);
  };
  const words = shown ? fill(gettext("%(at)s: %(what)s"), { at: clockText(shown.at), what: stepWords(shown) }) : gettext("It has not looked yet.");
  return (
    <>
      <div
        class="autoscaling-plot"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, latest)}
        aria-valuenow={Math.max(0, index)}
        aria-valuetext={words}
        onKeyDown={go}
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={() => choose(null)}
      >
        <svg viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden="true">
          <Axes course={course} metric={metric} reach={reach} scale={scale} />
          <Figures course={course} metric={metric} scale={scale} />
          <Replicas course={course} scale={scale} />
          {course.load && <line class="load-mark" x1={scale.x(course.load)} x2={scale.x(course.load)} y1={METRIC.top} y2={REPLICAS.foot} />}
          {shown && chosen !== null && <line class="cursor" x1={scale.x(chosen)} x2={scale.x(chosen)} y1={METRIC.top - 6} y2={REPLICAS.foot} />}
        </svg>
      </div>
      <HoldKey kinds={[...new Set(holds(steps, until).filter((one) => one.to > since).map((one) => one.kind))]} />
      <p class="step-told">{words}</p>
    </>
  );
}

function Axes({ course, metric, reach, scale }: { course: Course; metric: string; reach: Reach; scale: Scale }) {
  const { since, until, steps } = course;
  const apart = every(((until - since) * WIDE) / (scale.right - LEFT));
  const born = clock.peek()?.start ?? since;
  const first = born + Math.ceil((since - born) / apart) * apart;
  const ticks = Array.from({ length: Math.max(0, Math.floor((until - first) / apart) + 1) }, (_, n) => first + n * apart);
  const about = steps.map((one) => metricAt(one, metric)).findLast((one) => one !== undefined);
  return (
    <g class="axes">
      {marks(reach.figure * 1.05, 4).map((n) => (
        <g key={n}>
          <line class="grid" x1={LEFT} x2={scale.right} y1={scale.figure(n)} y2={scale.figure(n)} />
          <text x={LEFT - 6} y={scale.figure(n) + 4} text-anchor="end">
            {about ? figureText(about, n) : n}
          </text>
        </g>
      ))}
      {marks(Math.max(4, reach.replicas), 4).filter((n) => n <= reach.replicas * 1.08).map((n) => (
        <g key={n}>
          <line class="grid" x1={LEFT} x2={scale.right} y1={scale.replicas(n)} y2={scale.replicas(n)} />
          <text x={LEFT - 6} y={scale.replicas(n) + 4} text-anchor="end">
            {n}
          </text>
        </g>
      ))}
      {ticks.map((at) => (
        <g key={at}>
          <line class="axis" x1={scale.x(at)} x2={scale.x(at)} y1={REPLICAS.foot} y2={REPLICAS.foot + 4} />
          <text x={scale.x(at)} y={HEIGHT - 8} text-anchor={scale.x(at) < LEFT + 20 ? "start" : scale.x(at) > scale.right - 20 ? "end" : "middle"}>
            {clockText(at)}
          </text>
        </g>
      ))}
    </g>
  );
}

function Figures({ course, metric, scale }: { course: Course; metric: string; scale: Scale }) {
  const last = course.steps.map((one) => metricAt(one, metric)).findLast((one) => one !== undefined);
  const target = (step: Step): number | null | undefined => metricAt(step, metric)?.target;
  const draw = (figure: (step: Step) => number | null | undefined, name: string) => stairs(course, figure, scale.x, scale.figure).map((d) => <path key={`${name} ${d}`} class={name} d={d} />);
  return (
    <g class="figures">
      {draw(target, "target")}
      {draw((step) => metricAt(step, metric)?.value, "measured")}
      {last?.target != null && (
        <text x={scale.right} y={scale.figure(last.target) - 5} text-anchor="end">
          {fill(gettext("target %(target)s"), { target: figureText(last, last.target) })}
        </text>
      )}
    </g>
  );
}

function Replicas({ course, scale }: { course: Course; scale: Scale }) {
  const { steps, until, since } = course;
  const draw = (figure: (step: Step) => number | null, name: string) => stairs(course, figure, scale.x, scale.replicas).map((d) => <path key={`${name} ${d}`} class={name} d={d} />);
  const last = steps.at(-1);
  return (
    <g class="replicas">
      {steps.map((step, n) => {
        const to = steps[n + 1]?.at ?? until;
        if (step.replicas === null || to < since) return null;
        const [x, y] = [scale.x(Math.max(step.at, since)), scale.replicas(step.replicas)];
        return <rect key={step.at} class="applied" x={x} y={y} width={Math.max(0, scale.x(to) - x)} height={REPLICAS.foot - y} />;
      })}
      {steps.map((step, n) => {
        const to = steps[n + 1]?.at ?? until;
        if (step.stabilized === null || step.replicas === null || step.stabilized === step.replicas || to < since) return null;
        const [x, a, b] = [scale.x(Math.max(step.at, since)), scale.replicas(step.stabilized), scale.replicas(step.replicas)];
        return <rect key={step.at} class="cut" x={x} y={Math.min(a, b)} width={Math.max(0, scale.x(to) - x)} height={Math.abs(a - b)} />;
      })}
      {draw((step) => step.replicas, "edge")}
      {draw((step) => step.most, "bound")}
      {draw((step) => step.least, "bound")}
      {draw((step) => step.stabilized, "stabilized")}
      {draw((step) => step.recommended, "recommended")}
      {last && scale.replicas(last.most) > REPLICAS.top - 12 && (
        <text x={scale.right} y={scale.replicas(last.most) - 4} text-anchor="end">
          {fill(gettext("max %(n)s"), { n: last.most })}
        </text>
      )}
      <Strip spans={holds(steps, until).filter((one) => one.to > since)} scale={scale} />
    </g>
  );
}

/** What held it back, over time; in words where there is room. */
function Strip({ spans, scale }: { spans: Span[]; scale: Scale }) {
  return (
    <>
      {spans.map((one) => {
        const [from, to] = [scale.x(one.from), scale.x(one.to)];
        return (
          <g key={one.from} class={`hold ${one.kind}`}>
            <rect x={from} y={REPLICAS.top - 14} width={Math.max(2, to - from)} height="5" />
            {to - from > lengthOf(one.short) && (
              <text x={(from + to) / 2} y={REPLICAS.top - 20} text-anchor="middle">
                {one.short}
              </text>
            )}
          </g>
        );
      })}
    </>
  );
}

/** What the colours of the strip mean, of those that are there. */
function HoldKey({ kinds }: { kinds: HoldKind[] }) {
  if (!kinds.length) return null;
  return (
    <ul class="hold-key" aria-hidden="true">
      <li>{gettext("held back by")}</li>
      {kinds.map((kind) => kind && <li class={kind}>{KIND_WORDS[kind]()}</li>)}
    </ul>
  );
}

export function Legend() {
  return (
    <ul class="chart-legend" aria-hidden="true">
      <li class="recommended">{gettext("raw recommendation")}</li>
      <li class="stabilized">{gettext("after the window")}</li>
      <li class="applied">{gettext("applied")}</li>
      <li class="cut">{gettext("cut off")}</li>
    </ul>
  );
}
