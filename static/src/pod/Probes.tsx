// The probes of a pod's containers over time, kind by kind, as a picture and as a table.
import { useState } from "preact/hooks";
import { fill, gettext } from "../i18n/i18n";
import { elapsed, shortTime } from "../live/clock";
import { useFresh } from "../live/fresh";
import type { Sketch } from "../live/protocol";
import { anatomyOf, micros, type Anatomy, type Container, type Row } from "./doors";
import { Shape } from "./shapes";
import { Timeline } from "./Timeline";
import { causedWord, countText, outcomeWord, rowTitle, ruleText } from "./words";
import "./pod.css";

const SPANS = [60, 300, 900, 3600];
const IN_TABLE = 100;

export function Probes({ object }: { object: Sketch }) {
  const [seconds, show] = useState(300);
  const { told, problem } = useFresh(() => anatomyOf(object, seconds), `${object.id} ${object.revision} ${seconds}`);
  const probed = told?.containers.filter((container) => container.probes.length > 0) ?? [];
  return (
    <>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="spans" role="group" aria-label={gettext("How far back")}>
        {SPANS.map((one) => (
          <button key={one} class="button" aria-pressed={one === seconds} onClick={() => show(one)}>
            {one < 3600 ? fill(gettext("%(n)s min"), { n: one / 60 }) : fill(gettext("%(n)s h"), { n: one / 3600 })}
          </button>
        ))}
      </div>
      {!told && !problem && <p class="hint">{gettext("Asking…")}</p>}
      {told && probed.length === 0 && <p class="hint">{gettext("No container of this pod has probes.")}</p>}
      {told && probed.length > 0 && <Key />}
      {told && probed.map((container) => <ContainerRows key={container.name} container={container} told={told} />)}
    </>
  );
}

/** What the shapes mean. */
function Key() {
  return (
    <p class="probe-key" aria-hidden="true">
      {(["Success", "Failure", "Warning", "Error"] as const).map((outcome) => (
        <span key={outcome}>
          <svg width="14" height="14" viewBox="-7 -7 14 14">
            <Shape outcome={outcome} />
          </svg>
          {outcomeWord({ outcome } as Parameters<typeof outcomeWord>[0])}
        </span>
      ))}
    </p>
  );
}

function ContainerRows({ container, told }: { container: Container; told: Anatomy }) {
  return (
    <section class="section" data-probes={container.name}>
      <h3>{container.name}</h3>
      {container.probes.map((row) => (
        <div key={row.kind} class="probe-row" data-kind={row.kind}>
          <h4>
            {rowTitle(row)} <span class={row.result === "Failure" ? "bad" : "quiet"}>{row.result}</span>
          </h4>
          <p class="quiet">{ruleText(row)}</p>
          <Timeline row={row} since={micros(told.since)} until={micros(told.until)} name={`${container.name} ${row.kind}`} />
          <Table row={row} />
        </div>
      ))}
    </section>
  );
}

function Table({ row }: { row: Row }) {
  const [open, setOpen] = useState(false);
  const newest = row.probes.slice(-IN_TABLE).reverse();
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{gettext("As a table")}</summary>
      {open && (
        <div class="probe-table" tabIndex={0} role="region" aria-label={fill(gettext("Probes: %(kind)s"), { kind: row.kind })}>
          <table>
            <thead>
              <tr>
                <th scope="col">{gettext("Time")}</th>
                <th scope="col">{gettext("Answer")}</th>
                <th scope="col">{gettext("Count")}</th>
                <th scope="col">{gettext("Caused")}</th>
              </tr>
            </thead>
            <tbody>
              {newest.map((probe) => (
                <tr key={probe.at}>
                  <td>{shortTime(elapsed(micros(probe.at)))}</td>
                  <td title={probe.message}>{outcomeWord(probe)}</td>
                  <td>{countText(probe)}</td>
                  <td>{causedWord(probe)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
