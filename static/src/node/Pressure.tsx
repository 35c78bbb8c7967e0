// What a node's eviction manager sees: its signals against their thresholds, over time, and who would go first.
import { gettext } from "../i18n/i18n";
import { useFresh } from "../live/fresh";
import type { Sketch } from "../live/protocol";
import { micros } from "../pod/doors";
import { pressureOf } from "./eviction";
import { nowWords } from "./evictionWords";
import { Ranked } from "./Ranked";
import { SignalBar } from "./SignalBar";
import { SignalChart } from "./SignalChart";
import { showPressure } from "./subject";
import "./pressure.css";

export function Pressure({ object }: { object: Sketch }) {
  const { told, problem } = useFresh(() => pressureOf(object.name), `${object.id} ${object.revision}`);
  const now = told ? micros(told.at) : 0;
  return (
    <div class="pressure">
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {!told && !problem && <p class="hint">{gettext("Asking…")}</p>}
      {told && (
        <>
          <div class="pressure-now">
            {nowWords(told).map((said) => (
              <p key={said}>{said}</p>
            ))}
          </div>
          <p class="pressure-compare">
            <button class="link" onClick={() => showPressure(object.name)}>
              {gettext("Compare hard and soft thresholds")}
            </button>
          </p>
          <Ranked told={told} />
          {told.lines.map((line) => (
            <SignalChart key={line.signal} line={line} signal={told.signals.find((one) => one.signal === line.signal)} now={now} />
          ))}
          <p class="section quiet">{gettext("Lines show what runs now: as it went since it began, and as it will go if nothing happens to it.")}</p>
          <section class="section">
            <h3>{gettext("Signals and thresholds")}</h3>
            <ul class="signals">
              {told.signals.map((signal) => (
                <SignalBar key={signal.signal} signal={signal} now={now} />
              ))}
            </ul>
          </section>
        </>
      )}
    </div>
  );
}
