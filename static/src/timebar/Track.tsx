// The line of time: from the cluster's start to now, with marks, failures and forks; its handle shows any instant.
import { useEffect, useRef, useState } from "preact/hooks";
import { config } from "../app/config";
import { fill, gettext, ngettext } from "../i18n/i18n";
import { clock, past, presentNow, shortTime, span } from "../live/clock";
import { show } from "../live/past";
import type { Micros } from "../live/protocol";
import { follow, line, spots, type Spot } from "./line";

const SECOND = 1e6;
const PIECES = 120; // failures nearer to each other than this part of the line are one mark
const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, PageDown: -60, PageUp: 60 };
const GLYPHS = {
  failure: "M0-5 5 4H-5Z",
  lesson: "M0-5 5 0 0 5-5 0Z",
  bookmark: "M-3-6V6M-3-6H5L3-3 5 0H-3",
  branch: "M0 0V6",
};

export function Track() {
  const now = useNow();
  const box = useRef<HTMLDivElement>(null);
  useEffect(follow, []);
  const start = clock.value?.start ?? 0;
  const known = line.value;
  const length = Math.max(1, now - start);
  const at = past.value ?? now;
  const percent = (instant: Micros): string => `${(Math.min(1, Math.max(0, (instant - start) / length)) * 100).toFixed(3)}%`;
  const pointed = (event: PointerEvent): Micros => {
    const place = box.current!.getBoundingClientRect();
    return start + ((event.clientX - place.left) / place.width) * length;
  };
  const drag = (event: PointerEvent): void => {
    if (!clock.value || (event.type === "pointermove" && !box.current!.hasPointerCapture(event.pointerId))) return;
    if (event.type === "pointerdown") box.current!.setPointerCapture(event.pointerId);
    const near = nearest(pointed(event), length, box.current!.clientWidth);
    show(near ?? pointed(event));
  };
  const key = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (event.key === "Home") show(known?.reach ?? start);
    else if (event.key === "End") show(null);
    else if (step) show(at + step * SECOND * (event.shiftKey ? 10 : 1));
    else return;
    event.preventDefault();
  };
  return (
    <div
      class={past.value === null ? "track" : "track in-the-past"}
      ref={box}
      role="slider"
      tabIndex={0}
      aria-label={gettext("Instant that is shown")}
      aria-valuemin={0}
      aria-valuemax={Math.round(length / SECOND)}
      aria-valuenow={Math.round((at - start) / SECOND)}
      aria-valuetext={past.value === null ? gettext("now") : fill(gettext("%(time)s, %(span)s ago"), { time: shortTime(at - start), span: span(now - at) })}
      aria-disabled={!clock.value}
      onPointerDown={drag}
      onPointerMove={drag}
      onKeyDown={key}
    >
      <svg aria-hidden="true">
        <line class="ahead" x1="0" x2="100%" y1="22" y2="22" />
        <line class="gone" x1={percent(known?.reach ?? start)} x2={percent(Math.max(at, known?.reach ?? start))} y1="22" y2="22" />
        {known && clock.value && spots(known, config.cluster, PIECES).map((spot, n) => <Glyph key={`${spot.kind} ${spot.at} ${n}`} spot={spot} x={percent(spot.at)} />)}
        <circle class="handle" cx={percent(at)} cy="22" r="6" />
        <text x="0" y="37">
          {clock.value ? shortTime(0) : ""}
        </text>
        <text class="end" x="100%" y="37">
          {clock.value ? shortTime(length) : ""}
        </text>
      </svg>
    </div>
  );
}

function Glyph({ spot, x }: { spot: Spot; x: string }) {
  return (
    <svg class={`spot ${spot.kind}`} x={x} y={spot.kind === "branch" ? 22 : 8} overflow="visible">
      <path d={GLYPHS[spot.kind]} />
      <title>{spotWords(spot)}</title>
    </svg>
  );
}

export function spotWords(spot: Spot): string {
  if (spot.kind === "branch") return fill(gettext("branch %(name)s"), { name: spot.text });
  if (spot.count > 1) return fill(ngettext("%(what)s (and %(n)s more)", "%(what)s (and %(n)s more)", spot.count - 1), { what: spot.text, n: spot.count - 1 });
  return spot.text || gettext("bookmark");
}

/** A mark within a few pixels of where one points takes the handle. */
function nearest(at: Micros, length: number, width: number): Micros | null {
  const known = line.peek();
  if (!known || !width) return null;
  const reach = (6 / width) * length;
  const near = spots(known, config.cluster, PIECES).filter((spot) => Math.abs(spot.at - at) < reach);
  return near.sort((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at))[0]?.at ?? null;
}

/** The present instant, four times a second while it moves. */
function useNow(): Micros {
  const at = clock.value;
  const [, tick] = useState(0);
  const runs = at !== null && !at.paused;
  useEffect(() => {
    if (!runs) return undefined;
    const timer = setInterval(() => tick((n) => n + 1), 250);
    return () => clearInterval(timer);
  }, [runs]);
  return presentNow();
}
