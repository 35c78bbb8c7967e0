// One kind of probe of a container over time. Under each probe a column counts up to the threshold.
import { useState } from "preact/hooks";
import { fill, gettext, ngettext } from "../i18n/i18n";
import { elapsed, shortTime } from "../live/clock";
import type { Micros } from "../live/protocol";
import { micros, type Probe, type Row } from "./doors";
import { Shape } from "./shapes";
import { aboutProbe, causedWord } from "./words";

const WIDTH = 272;
const SIDE = 8;
const MARKS = [10, 21]; // the lines of what was caused: good and bad
const TICK = 33; // the line of the answers
const FOOT = 72; // where the columns stand
const TALL = 26; // a column that meets its threshold
const HEIGHT = 88;

interface Props {
  row: Row;
  since: Micros;
  until: Micros;
  name: string;
}

export function Timeline({ row, since, until, name }: Props) {
  const [chosen, choose] = useState<string | null>(null);
  const { probes } = row;
  const found = probes.findIndex((probe) => probe.at === chosen);
  const at = found < 0 ? probes.length - 1 : found;
  const probe = probes[at];
  const x = (one: Probe): number => SIDE + ((WIDTH - 2 * SIDE) * (micros(one.at) - since)) / (until - since || 1);
  const go = (event: KeyboardEvent): void => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: probes.length - 1 }[event.key];
    if (to === undefined) return;
    choose(probes[Math.max(0, Math.min(to, probes.length - 1))]?.at ?? null);
    event.preventDefault();
  };
  const point = (event: PointerEvent): void => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const to = ((event.clientX - box.left) / box.width) * WIDTH;
    const nearest = probes.reduce<Probe | null>((best, one) => (!best || Math.abs(x(one) - to) < Math.abs(x(best) - to) ? one : best), null);
    choose(nearest?.at ?? null);
  };
  if (!probe) return <p class="hint">{gettext("No probe in this span.")}</p>;
  return (
    <div class="timeline">
      <div
        class="timeline-plot"
        role="slider"
        tabIndex={0}
        aria-label={fill(ngettext("%(name)s: %(n)s probe", "%(name)s: %(n)s probes", probes.length), { name, n: probes.length })}
        aria-valuemin={1}
        aria-valuemax={probes.length}
        aria-valuenow={at + 1}
        aria-valuetext={aboutProbe(probe)}
        onKeyDown={go}
        onPointerMove={point}
        onPointerDown={point}
      >
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
          <line class="threshold" x1={SIDE} x2={WIDTH - SIDE} y1={FOOT - TALL} y2={FOOT - TALL} />
          <line class="axis" x1={SIDE} x2={WIDTH - SIDE} y1={FOOT} y2={FOOT} />
          {probes.map((one) => (
            <Tick key={one.at} probe={one} x={x(one)} />
          ))}
          <Marks probes={probes} x={x} />
          <line class="chosen-line" x1={x(probe)} x2={x(probe)} y1={TICK - 6} y2={FOOT} />
          <text x={SIDE} y={HEIGHT - 4}>
            {shortTime(elapsed(since))}
          </text>
          <text x={WIDTH - SIDE} y={HEIGHT - 4} text-anchor="end">
            {shortTime(elapsed(until))}
          </text>
        </svg>
      </div>
      <p class="probe-told">{aboutProbe(probe)}</p>
      {row.truncated && <p class="quiet">{gettext("Older probes of this span are left out.")}</p>}
    </div>
  );
}

function Tick({ probe, x }: { probe: Probe; x: number }) {
  const tall = TALL * Math.min(1, probe.count / probe.threshold);
  return (
    <g data-outcome={probe.outcome} data-caused={probe.caused}>
      {probe.count > 0 && <rect class={`count ${probe.outcome.toLowerCase()}`} x={x - 1.5} y={FOOT - tall} width="3" height={tall} />}
      <g transform={`translate(${x} ${TICK})`}>
        <Shape outcome={probe.outcome} />
      </g>
    </g>
  );
}

const GOOD = new Set<Probe["caused"]>(["started", "ready"]);
const BAD = new Set<Probe["caused"]>(["unready", "killed"]);
const ROOM = 58; // between two words
const HALF = 28; // of the longest word

/** What the probes caused, in words above them; words that would run into each other are left to the sentence. */
function Marks({ probes, x }: { probes: Probe[]; x: (probe: Probe) => number }) {
  return (
    <>
      {[GOOD, BAD].map((wanted, line) => {
        let last = -ROOM;
        return probes
          .filter((one) => wanted.has(one.caused))
          .map((one) => {
            const at = x(one);
            const middle = Math.max(HALF, Math.min(at, WIDTH - HALF));
            const fits = middle - last >= ROOM;
            if (fits) last = middle;
            return (
              <g key={one.at} class={`caused ${one.caused}`}>
                <line x1={at} x2={at} y1={MARKS[line]! + 2} y2={TICK - 5} />
                {fits && (
                  <text x={middle} y={MARKS[line]} text-anchor="middle">
                    {causedWord(one)}
                  </text>
                )}
              </g>
            );
          });
      })}
    </>
  );
}
