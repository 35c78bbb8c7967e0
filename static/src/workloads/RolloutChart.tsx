// Pods over time, stacked by revision, within the two limits; the steps of the controller as marks on the time axis.
import { useState } from "preact/hooks";
import { small } from "../app/screen";
import { fill, gettext } from "../i18n/i18n";
import { elapsed, pastWithin, shortTime } from "../live/clock";
import type { Micros } from "../live/protocol";
import { step as spanStep } from "../node/axes";
import { micros } from "../pod/doors";
import type { Rollout, Step } from "./doors";
import { Lanes } from "./Lanes";
import { layersOf, limitsOf, momentWords, type Layer, type Limit } from "./layers";

const [WIDE, NARROW] = [720, 400]; // on a desktop, on a phone
const [LEFT, TOP, FOOT] = [52, 22, 200];
const MARGIN = 12; // at the right
const HEIGHT = 236;
const MARKS = FOOT + 9;

interface Props {
  told: Rollout;
  namespace: string;
  chosen: number | null; // a step's place
  onChoose: (step: number | null) => void;
}

export function RolloutChart({ told, namespace, chosen, onChoose }: Props) {
  const [since, until] = [micros(told.since), micros(told.until)];
  const length = Math.max(1, until - since);
  const layers = layersOf(told);
  const limits = limitsOf(told);
  const most = Math.max(1, ...told.after.map((_, at) => layers.reduce((sum, layer) => sum + (layer.values[at] ?? 0), 0)), ...limits.flatMap((limit) => limit.values.map((n) => n ?? 0)));
  const width = small.value ? NARROW : WIDE;
  const right = width - MARGIN;
  const x = (after: Micros): number => LEFT + ((right - LEFT) * Math.max(0, Math.min(after, length))) / length;
  const y = (n: number): number => FOOT - ((FOOT - TOP) * n) / (most * 1.08);
  const [pointed, point] = useState<Micros | null>(null);
  const looked = (pastWithin(since, until) ?? until) - since;
  const shown = pointed ?? (chosen === null ? looked : told.steps[chosen]?.after ?? length);
  const words = `${clock(since + shown)}: ${momentWords(layers, placeOf(told, shown))}`;
  const look = (event: PointerEvent): void => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const after = ((((event.clientX - box.left) / box.width) * width - LEFT) * length) / (right - LEFT);
    point(Math.max(0, Math.min(length, after)));
  };
  const go = (event: KeyboardEvent): void => {
    const now = chosen ?? told.steps.length;
    const to = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: told.steps.length - 1 }[event.key];
    if (to === undefined || !told.steps.length) return;
    point(null);
    onChoose(Math.max(0, Math.min(to, told.steps.length - 1)));
    event.preventDefault();
  };
  return (
    <figure class="rollout-figure" aria-label={gettext("Pods over time")}>
      <div
        class="rollout-plot"
        role="slider"
        tabIndex={0}
        aria-label={gettext("Pods over time")}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, told.steps.length - 1)}
        aria-valuenow={chosen ?? Math.max(0, told.steps.length - 1)}
        aria-valuetext={chosen === null || !told.steps[chosen] ? words : `${stepWords(told, told.steps[chosen]!)} ${words}`}
        onKeyDown={go}
        onPointerMove={look}
        onPointerDown={look}
        onPointerLeave={() => point(null)}
      >
        <svg viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden="true">
          <defs>
            <pattern id="old-revision" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <rect class="hatch-ground" width="6" height="6" />
              <rect class="hatch" width="2.2" height="6" />
            </pattern>
          </defs>
          {counts(most).map((n) => (
            <g key={n}>
              <line class="grid" x1={LEFT} x2={x(length)} y1={y(n)} y2={y(n)} />
              <text x={LEFT - 6} y={y(n) + 4} text-anchor="end">
                {n}
              </text>
            </g>
          ))}
          <Ticks since={since} length={length} x={x} />
          <Areas told={told} layers={layers} namespace={namespace} x={x} y={y} length={length} />
          {told.available && <path class="available-line" d={line(told, told.available, x, y, length)} />}
          {limits.map((limit, at) => (
            <LimitLine key={limit.key} told={told} limit={limit} above={at === 0} x={x} y={y} length={length} />
          ))}
          <line class="now-line" x1={x(shown)} x2={x(shown)} y1={TOP - 8} y2={FOOT + 4} />
          {told.steps.map((one, at) => (
            <g key={`${one.revision} ${at}`} class={`step-mark of-${one.kind}${at === chosen ? " chosen" : ""}`} onPointerEnter={() => onChoose(at)} onClick={() => onChoose(at)}>
              <rect class="reach" x={x(one.after) - 5} y={FOOT} width="10" height="18" />
              <path d={`M${x(one.after)} ${MARKS - 5}l4 5l-4 5l-4-5z`} />
            </g>
          ))}
        </svg>
      </div>
      <Lanes told={told} namespace={namespace} x={x} width={width} shown={shown} />
      <p class="point-told">{words}</p>
      <figcaption class="rollout-key">
        {layers.map((layer) => (
          <span key={layer.key} data-object={idOf(told, namespace, layer)}>
            <i class={`layer-${layer.kind}`} aria-hidden="true" />
            {layer.label}
          </span>
        ))}
        {told.available && (
          <span>
            <i class="line" aria-hidden="true" />
            {gettext("available")}
          </span>
        )}
        {told.lanes.some((lane) => lane.spans.some((span) => span.state === "terminating")) && (
          <span>
            <i class="layer-terminating" aria-hidden="true" />
            {gettext("terminating, not counted")}
          </span>
        )}
        {told.steps.length > 0 && (
          <span>
            <i class="diamond" aria-hidden="true" />
            {gettext("a step of the controller")}
          </span>
        )}
      </figcaption>
    </figure>
  );
}

/** 0, 2, 4, 6: at most six round numbers. */
function counts(most: number): number[] {
  const tens = 10 ** Math.floor(Math.log10(Math.max(1, most / 5)));
  const every = [1, 2, 5, 10].map((n) => n * tens).find((n) => most / n <= 5)!;
  return Array.from({ length: Math.floor(most / every) + 1 }, (_, n) => n * every);
}

const clock = (at: Micros): string => shortTime(elapsed(at));

export const stepWords = (told: Rollout, one: Step): string => fill(gettext("%(at)s, %(title)s."), { at: clock(micros(told.since) + one.after), title: one.title });

/** The place of what was so at an instant. */
function placeOf(told: Rollout, after: Micros): number {
  let found = 0;
  for (let at = 0; at < told.after.length && told.after[at]! <= after; at++) found = at;
  return found;
}

interface Scale {
  x: (after: Micros) => number;
  y: (n: number) => number;
  length: Micros;
}

/** Steps: each figure holds until the next. */
function line(told: Rollout, values: (number | null)[], x: Scale["x"], y: Scale["y"], length: Micros): string {
  let path = "";
  told.after.forEach((after, at) => {
    const n = values[at];
    if (n == null) return;
    path += `${path ? "H" : "M"}${x(after)}${path ? "V" : ","}${y(n)}`;
  });
  return path ? `${path}H${x(length)}` : "";
}

/** The ReplicaSet whose pods a layer counts. */
const idOf = (told: Rollout, namespace: string, layer: Layer): string | undefined => (told.bands?.some((band) => band.name === layer.key) ? `replicasets.apps/${namespace}/${layer.key}` : undefined);

function Areas({ told, layers, namespace, x, y, length }: Scale & { told: Rollout; layers: Layer[]; namespace: string }) {
  const base = told.after.map(() => 0);
  return (
    <>
      {layers.map((layer) => {
        const top = base.map((n, at) => n + (layer.values[at] ?? 0));
        let up = "";
        let down = "";
        told.after.forEach((after, at) => {
          const next = x(told.after[at + 1] ?? length);
          up += `${up ? "L" : "M"}${x(after)},${y(top[at]!)}H${next}`;
          down = `L${next},${y(base[at]!)}H${x(after)}${down}`;
        });
        base.splice(0, base.length, ...top);
        return <path key={layer.key} data-object={idOf(told, namespace, layer)} class={`area layer-${layer.kind}`} d={up ? `${up}${down}Z` : ""} />;
      })}
    </>
  );
}

function LimitLine({ told, limit, above, x, y, length }: Scale & { told: Rollout; limit: Limit; above: boolean }) {
  const last = limit.values.at(-1) ?? 0;
  return (
    <g class={`limit ${limit.key}`}>
      <path d={line(told, limit.values, x, y, length)} />
      <text x={LEFT + 6} y={above ? y(last) - 5 : y(last) + 14}>
        {limit.label}
      </text>
    </g>
  );
}

function Ticks({ since, length, x }: { since: Micros; length: Micros; x: (after: Micros) => number }) {
  const every = length < 7e6 ? 1e6 : length < 14e6 ? 2e6 : spanStep(length);
  const begin = elapsed(since);
  const first = Math.ceil(begin / every) * every - begin;
  const ticks = Array.from({ length: Math.max(0, Math.floor((length - first) / every) + 1) }, (_, n) => first + n * every);
  return (
    <>
      {ticks.map((after) => (
        <g key={after}>
          <line class="axis" x1={x(after)} x2={x(after)} y1={FOOT} y2={FOOT + 4} />
          <text x={x(after)} y={HEIGHT - 10} text-anchor="middle">
            {clock(since + after).replace(/\.\d$/, "")}
          </text>
        </g>
      ))}
      <line class="axis" x1={LEFT} x2={x(length)} y1={FOOT} y2={FOOT} />
    </>
  );
}
