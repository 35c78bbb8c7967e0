// The revisions that are kept, how two of them differ, and the way back to one.
import { useState } from "preact/hooks";
import { fill, gettext } from "../i18n/i18n";
import { age, shownNow } from "../live/clock";
import { useCalm } from "../live/calm";
import { useFresh } from "../live/fresh";
import type { WorkloadSketch } from "../live/protocol";
import { useSure } from "../parts/sure";
import { micros } from "../pod/doors";
import { undo } from "./acts";
import { diffOf, historyOf, type Line, type Revision } from "./doors";

export function History({ workload, paused, onAct }: { workload: WorkloadSketch; paused: boolean; onAct: (act: Promise<unknown>) => void }) {
  const seen = useCalm(workload.revision, 500);
  const { told, problem } = useFresh(() => historyOf(workload), `${workload.id} ${seen}`);
  const [from, setFrom] = useState<number | null>(null);
  const [to, setTo] = useState<number | null>(null);
  if (problem) {
    return (
      <p class="problem" role="alert">
        {problem}
      </p>
    );
  }
  if (!told) return <p class="hint">{gettext("Asking…")}</p>;
  const revisions = told.revisions;
  const has = (n: number | null): n is number => revisions.some((one) => one.revision === n);
  const newer = has(to) ? to : revisions[0]?.revision;
  const older = has(from) ? from : revisions.find((one) => one.revision !== newer)?.revision;
  return (
    <div class="history">
      <table>
        <caption class="hidden-text">{gettext("Revisions, newest first")}</caption>
        <thead>
          <tr>
            <th scope="col">{gettext("Revision")}</th>
            <th scope="col">{gettext("Images")}</th>
            <th scope="col">{gettext("Change cause")}</th>
            <th scope="col">{gettext("Age")}</th>
            <th scope="col">{gettext("Pods")}</th>
            <th scope="col">
              <span class="hidden-text">{gettext("Go back")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {revisions.map((one) => (
            <Row key={one.name} one={one} id={idOf(workload, one)} onUndo={() => onAct(undo(workload, one.undo!, paused))} />
          ))}
        </tbody>
      </table>
      {revisions.length > 1 && newer !== undefined && older !== undefined ? (
        <section class="diff-part">
          <div class="diff-choice">
            <h3>{gettext("What changed")}</h3>
            <Choice label={gettext("from revision")} value={older} revisions={revisions} onChange={setFrom} />
            <Choice label={gettext("to revision")} value={newer} revisions={revisions} onChange={setTo} />
          </div>
          <Diff key={`${older} ${newer}`} workload={workload} from={older} to={newer} />
        </section>
      ) : (
        <p class="quiet">{gettext("There is one revision only: nothing to compare it with.")}</p>
      )}
    </div>
  );
}

/** What holds the revision. */
const idOf = (workload: WorkloadSketch, one: Revision): string => `${workload.resource === "deployments.apps" ? "replicasets.apps" : "controllerrevisions.apps"}/${workload.namespace}/${one.name}`;

function Row({ one, id, onUndo }: { one: Revision; id: string; onUndo: () => void }) {
  const [sure, ask] = useSure();
  return (
    <tr class={one.current ? "current" : ""} data-object={id}>
      <th scope="row" data-label={gettext("Revision")}>
        <b>{one.revision}</b>
        {one.earlier && <small>{fill(gettext("was %(earlier)s"), { earlier: one.earlier.replaceAll(",", ", ") })}</small>}
      </th>
      <td data-label={gettext("Images")}>
        {one.images.join(", ")}
        <small class="mono">{one.name}</small>
      </td>
      <td data-label={gettext("Change cause")}>{one.changeCause || "<none>"}</td>
      <td data-label={gettext("Age")}>{age(shownNow() - micros(one.created))}</td>
      <td data-label={gettext("Pods")}>{one.pods === null ? "—" : fill(gettext("%(available)s of %(n)s available"), { available: one.available ?? 0, n: one.pods })}</td>
      <td>
        {one.undo ? (
          <button class={sure ? "button danger" : "button"} onClick={() => ask(onUndo)}>
            {sure ? gettext("Click again to roll back") : fill(gettext("Roll back to %(n)s"), { n: one.revision })}
          </button>
        ) : (
          <span class="quiet">{gettext("current")}</span>
        )}
      </td>
    </tr>
  );
}

function Choice({ label, value, revisions, onChange }: { label: string; value: number; revisions: Revision[]; onChange: (n: number) => void }) {
  return (
    <label>
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(Number(event.currentTarget.value))}>
        {revisions.map((one) => (
          <option key={one.name} value={one.revision}>
            {one.revision}
          </option>
        ))}
      </select>
    </label>
  );
}

const SIGN_WORDS: Record<Line["sign"], () => string> = {
  "+": () => gettext("added:"),
  "-": () => gettext("removed:"),
  " ": () => "",
  "@": () => gettext("lines are left out"),
};
const CLASSES: Record<Line["sign"], string> = { "+": "added", "-": "removed", " ": "", "@": "gap" };

function Diff({ workload, from, to }: { workload: WorkloadSketch; from: number; to: number }) {
  const { told, problem } = useFresh(() => diffOf(workload, from, to), `${workload.id} ${from} ${to}`);
  if (problem) {
    return (
      <p class="problem" role="alert">
        {problem}
      </p>
    );
  }
  if (!told) return <p class="hint">{gettext("Asking…")}</p>;
  if (!told.lines.length) return <p class="quiet">{gettext("Both pod templates are the same.")}</p>;
  return (
    <ol class="diff mono" tabIndex={0} aria-label={gettext("Difference of the pod templates")}>
      {told.lines.map((line, at) => (
        <li key={at} class={CLASSES[line.sign]}>
          <i aria-hidden="true">{line.sign === "@" ? "⋯" : line.sign}</i>
          <span class="hidden-text">{SIGN_WORDS[line.sign]()}</span>
          <span>{line.text}</span>
        </li>
      ))}
    </ol>
  );
}
