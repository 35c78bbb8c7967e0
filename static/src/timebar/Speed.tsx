// The speed: a logarithmic slider from a tenth to a thousand, and at its end as fast as possible. The handle is what
// was asked for, the filled track is what is reached.
import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { gettext, fill } from "../i18n/i18n";
import { clock, paused } from "../live/clock";
import { order } from "./orders";

const LOWEST = -1; // powers of ten
const HIGHEST = 3;
const END = 100; // of the slider; the last notch is "max"
const LAST = 84; // the notch of the highest number
const SEND_AFTER = 150; // ms without a movement
const MARKS = [-1, 0, 1, 2, 3];
const STEPS = [1, 1.5, 2, 3, 4, 5, 7.5];

const notch = (speed: number): number =>
  speed === 0 ? END : Math.max(0, Math.min(LAST, ((Math.log10(speed) - LOWEST) / (HIGHEST - LOWEST)) * LAST));

/** The speed at a notch, rounded to a number that can be said. */
function speedAt(at: number): number {
  if (at > (LAST + END) / 2) return 0;
  const power = LOWEST + (Math.min(at, LAST) / LAST) * (HIGHEST - LOWEST);
  const decade = 10 ** Math.floor(power + 1e-9);
  const digit = 10 ** power / decade;
  const near = [...STEPS, 10].reduce((best, one) => (Math.abs(Math.log(one / digit)) < Math.abs(Math.log(best / digit)) ? one : best));
  return Number((near * decade).toPrecision(2));
}

export const times = (speed: number): string => (speed === 0 ? gettext("max") : `${speed >= 100 ? Math.round(speed) : Number(speed.toPrecision(3))}×`);

export function Speed() {
  const moved = useSignal<number | null>(null);
  const slider = useRef<HTMLDivElement>(null);
  const timer = useRef(0);
  const at = clock.value;
  const asked = moved.value ?? at?.speed ?? 1;
  const reached = paused.value ? 0 : (at?.achieved ?? 0);
  const reachedWords = reached > 0 ? fill(gettext("%(speed)s reached"), { speed: times(reached) }) : "";
  useEffect(() => {
    slider.current!.style.setProperty("--reached", `${reached > 0 ? notch(reached) : 0}%`);
  }, [reached]);
  useEffect(() => {
    if (moved.peek() !== null && at?.speed === moved.peek()) moved.value = null;
  }, [at]);
  const input = (event: Event): void => {
    const speed = speedAt(Number((event.currentTarget as HTMLInputElement).value));
    moved.value = speed;
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => order({ do: "speed", speed }), SEND_AFTER);
  };
  return (
    <div class="speed">
      <p>
        <label for="speed">{gettext("Speed")}</label>
        <span>
          <b>{times(asked)}</b> {gettext("asked")}
          {reachedWords && ` · ${reachedWords}`}
        </span>
      </p>
      <div class="slider" ref={slider}>
        <input
          id="speed"
          type="range"
          disabled={!at}
          min="0"
          max={END}
          step="1"
          value={Math.round(notch(asked))}
          aria-valuetext={times(asked)}
          onInput={input}
        />
      </div>
      <svg class="scale-marks" aria-hidden="true">
        {MARKS.map((power) => (
          <text key={power} x={`${notch(10 ** power)}%`} y="9">
            {power < 3 ? `${10 ** power}×` : "1k×"}
          </text>
        ))}
        <text x="103%" y="9">
          {gettext("max")}
        </text>
      </svg>
    </div>
  );
}
