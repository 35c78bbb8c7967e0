// The cluster's time: its clock, play and pause, steps, the speed asked for and reached.
import { useEffect, useRef, useState } from "preact/hooks";
import { effect } from "@preact/signals";
import { gettext, fill } from "../i18n/i18n";
import { clock, halted, longTime, past, paused, shownNow, span } from "../live/clock";
import { pastProblem } from "../live/past";
import type { Halt } from "../live/protocol";
import { connection } from "../live/socket";
import { Icon } from "../parts/Icon";
import { order, orderProblem } from "./orders";
import { Places } from "./Places";
import { Speed } from "./Speed";
import { Track } from "./Track";
import "./timebar.css";

const STEPS = [
  { by: 1, label: () => "+1 s" },
  { by: 10, label: () => "+10 s" },
  { by: 60, label: () => "+1 min" },
];

export function TimeBar() {
  const stopped = paused.value;
  const still = !clock.value || past.value !== null;
  return (
    <section class={past.value === null ? "time" : "time in-the-past"} aria-label={gettext("Time")}>
      <div class="clock">
        <Digits />
        <span>{past.value !== null ? gettext("in the past") : halted.value ? gettext("virtual time · stopped") : clock.value && stopped ? gettext("virtual time · paused") : gettext("virtual time")}</span>
      </div>
      <div class="transport">
        <button class="play" disabled={still} aria-label={stopped ? gettext("Play") : gettext("Pause")} onClick={() => order({ do: stopped ? "play" : "pause" })}>
          <Icon name={stopped ? "play" : "pause"} size={18} />
        </button>
        <button class="icon-button" disabled={still} aria-label={gettext("Step to the next event")} title={gettext("Step to the next event")} onClick={() => order({ do: "step" })}>
          <Icon name="next" />
        </button>
        <div class="steps" role="group" aria-label={gettext("Step by")}>
          {STEPS.map(({ by, label }) => (
            <button key={by} disabled={still} onClick={() => order({ do: "step", by })}>
              {label()}
            </button>
          ))}
        </div>
      </div>
      <Speed />
      <div class="line-of-time">
        <div class="line-head">
          <Outlook />
          <Places />
        </div>
        <Track />
      </div>
    </section>
  );
}

/** What is going to happen, or what is in the way. */
function Outlook() {
  return (
    <div class="outlook">
      {orderProblem.value ? (
        <p class="bad" role="alert">
          {orderProblem.value}
        </p>
      ) : past.value !== null ? (
        <p>{pastProblem.value || gettext("This is how it was at this instant; charts mark it.")}</p>
      ) : halted.value ? (
        <Halted why={halted.value} />
      ) : (
        <Next />
      )}
    </div>
  );
}

/** Writes its text itself, ten times a second: nothing else of the page depends on it. */
function Digits() {
  const text = useRef<HTMLElement>(null);
  useEffect(() => {
    let timer = 0;
    const show = (): void => {
      const at = clock.peek();
      if (at && text.current) text.current.textContent = longTime(shownNow() - at.start);
    };
    const end = effect(() => {
      clearInterval(timer);
      void past.value;
      show();
      if (past.value === null && clock.value && !clock.value.paused && connection.value.state === "live") timer = window.setInterval(show, 100);
    });
    return () => {
      end();
      clearInterval(timer);
    };
  }, []);
  return (
    <b class="digits" ref={text} role="timer" aria-live="off">
      --:--:--.-
    </b>
  );
}

/** What stopped the cluster, and what to do. */
function Halted({ why }: { why: Halt }) {
  const said = why.component
    ? gettext("Stopped: %(component)s met an error at %(doing)s (%(error)s: %(text)s). Play tries again; if that does not help, undo what you changed last or reset the cluster.")
    : gettext("Stopped: the control plane met an error at %(doing)s (%(error)s: %(text)s). Play tries again; if that does not help, undo what you changed last or reset the cluster.");
  return (
    <p class="bad" role="alert">
      {fill(said, { ...why })}
    </p>
  );
}

/** When something is going to happen. */
function Next() {
  const at = clock.value;
  const [, tick] = useState(0);
  const runs = at !== null && !at.paused && connection.value.state === "live";
  useEffect(() => {
    if (!runs) return undefined;
    const timer = setInterval(() => tick((n) => n + 1), 250);
    return () => clearInterval(timer);
  }, [runs]);
  if (!at) return null;
  if (at.due === null) return <p>{gettext("Nothing is due: the cluster is at rest.")}</p>;
  return <p>{fill(gettext("Next event in %(span)s"), { span: span(at.due - shownNow()) })}</p>;
}
