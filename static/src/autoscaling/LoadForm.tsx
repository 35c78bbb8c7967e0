// What both runs have in common: how long they go on, and the step of load that comes, if any.
import { gettext } from "../i18n/i18n";
import type { Fault } from "../live/asked";
import { Entry } from "./BehaviorForm";
import type { Edits, Load } from "./doors";
import { loadTitle, quantityText } from "./Load";

const [TIMES, AFTER, MINUTES] = [5, 60, 15]; // what is proposed
const idOf = ({ resource, namespace, name }: Pick<Load, "resource" | "namespace" | "name">): string => `${resource}/${namespace}/${name}`;

interface Props {
  edits: Edits;
  loads: Load[];
  faults: Fault[];
  onChange: (edits: Edits) => void;
}

export function LoadForm({ edits, loads, faults, onChange }: Props) {
  const { load } = edits;
  const choose = (id: string): void => {
    const found = loads.find((one) => idOf(one) === id);
    const { load: _, ...rest } = edits;
    if (!found) return onChange(rest);
    const { resource, namespace, name } = found;
    onChange({ ...rest, load: { resource, namespace, name, value: quantityText((found.value ?? 1) * TIMES), afterSeconds: AFTER } });
  };
  return (
    <div class="both-have">
      <label class="entry" data-field="load.name">
        <span>{gettext("Load that changes")}</span>
        <select value={load ? idOf(load) : ""} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="">{gettext("none")}</option>
          {loads
            .filter((one) => !one.waits)
            .map((one) => (
              <option key={idOf(one)} value={idOf(one)}>
                {loadTitle(one)}
              </option>
            ))}
        </select>
        {faults
          .filter((one) => one.field === "load.name")
          .map((one) => (
            <span key={one.message} class="bad" role="alert">
              {one.message}
            </span>
          ))}
      </label>
      {load && (
        <>
          <Entry place="load.value" title={gettext("to")} value={load.value} faults={faults} onInput={(value) => onChange({ ...edits, load: { ...load, value } })} />
          <Entry place="load.afterSeconds" title={gettext("after (s)")} value={load.afterSeconds < 0 ? "" : String(load.afterSeconds)} faults={faults} onInput={(text) => onChange({ ...edits, load: { ...load, afterSeconds: /^\d+$/.test(text) ? Number(text) : -1 } })} />
        </>
      )}
      <Entry place="minutes" title={gettext("How long (min)")} value={edits.minutes === undefined ? String(MINUTES) : edits.minutes < 0 ? "" : String(edits.minutes)} faults={faults} onInput={(text) => onChange({ ...edits, minutes: /^\d+$/.test(text) ? Number(text) : -1 })} />
    </div>
  );
}
