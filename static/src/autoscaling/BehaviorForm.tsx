// A behavior to be written over: for each direction the window, which policy counts, and the policies.
import { fill, gettext } from "../i18n/i18n";
import type { Fault } from "../live/asked";
import type { Behavior, Policy, Rules, Way, Which } from "./doors";

interface Props {
  which: Which;
  title: string;
  behavior: Behavior | null;
  faults: Fault[];
  onChange: (behavior: Behavior) => void;
}

const WAYS: Record<Way, () => string> = {
  scaleUp: () => gettext("Scale up"),
  scaleDown: () => gettext("Scale down"),
};

const WINDOW = { scaleUp: 0, scaleDown: 300 }; // where nothing is said
const NEW: Policy = { type: "Pods", value: 1, periodSeconds: 60 };

/** A number where it is one; the server says what it thinks of anything else. */
const numberOf = (text: string): number | string => (/^-?\d+$/.test(text) ? Number(text) : text);

export function BehaviorForm({ which, title, behavior, faults, onChange }: Props) {
  const letter = which === "first" ? "A" : "B";
  const rest = faults.filter((one) => one.field === which);
  return (
    <fieldset class="behavior" data-side={which}>
      <legend>
        <b>{letter}</b> {title}
      </legend>
      {behavior &&
        (Object.keys(WAYS) as Way[]).map((way) => (
          <Direction key={way} place={`${which}.${way}`} way={way} rules={behavior[way] ?? {}} faults={faults} onChange={(rules) => onChange({ ...behavior, [way]: rules })} />
        ))}
      {rest.map((one) => (
        <span key={one.message} class="bad" role="alert">
          {one.message}
        </span>
      ))}
    </fieldset>
  );
}

interface DirectionProps {
  place: string;
  way: Way;
  rules: Rules;
  faults: Fault[];
  onChange: (rules: Rules) => void;
}

function Direction({ place, way, rules, faults, onChange }: DirectionProps) {
  const policies = rules.policies ?? [];
  const put = (at: number, change: Partial<Policy>): void => onChange({ ...rules, policies: policies.map((one, n) => (n === at ? { ...one, ...change } : one)) });
  return (
    <div class="direction" role="group" aria-label={WAYS[way]()}>
      <h3>{WAYS[way]()}</h3>
      <Entry place={`${place}.stabilizationWindowSeconds`} title={gettext("Window (s)")} value={String(rules.stabilizationWindowSeconds ?? WINDOW[way])} faults={faults} onInput={(text) => onChange({ ...rules, stabilizationWindowSeconds: numberOf(text) })} />
      <label class="entry">
        <span>{gettext("Which counts")}</span>
        <select value={rules.selectPolicy ?? "Max"} onChange={(event) => onChange({ ...rules, selectPolicy: event.currentTarget.value })}>
          {["Max", "Min", "Disabled"].map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      <ul class="policies">
        {policies.map((policy, n) => (
          <li key={n}>
            <label class="entry">
              <span class="hidden-text">{gettext("Type")}</span>
              <select value={policy.type} onChange={(event) => put(n, { type: event.currentTarget.value })}>
                <option value="Pods">Pods</option>
                <option value="Percent">Percent</option>
              </select>
            </label>
            <Entry place={`${place}.policies[${n}].value`} title={gettext("At most")} hidden={n > 0} apart value={String(policy.value)} faults={faults} onInput={(text) => put(n, { value: numberOf(text) })} />
            <Entry place={`${place}.policies[${n}].periodSeconds`} title={gettext("per (s)")} hidden={n > 0} apart value={String(policy.periodSeconds)} faults={faults} onInput={(text) => put(n, { periodSeconds: numberOf(text) })} />
            <button type="button" class="icon-button" disabled={policies.length === 1} aria-label={fill(gettext("Remove policy %(n)s"), { n: n + 1 })} onClick={() => onChange({ ...rules, policies: policies.filter((_, at) => at !== n) })}>
              ×
            </button>
            {faults
              .filter((one) => one.field.startsWith(`${place}.policies[${n}]`))
              .map((one) => (
                <span key={one.field} class="bad" id={`fault-${one.field}`} role="alert">
                  {one.message}
                </span>
              ))}
          </li>
        ))}
      </ul>
      <button type="button" class="link" onClick={() => onChange({ ...rules, policies: [...policies, NEW] })}>
        {gettext("Add a policy")}
      </button>
    </div>
  );
}

interface EntryProps {
  place: string;
  title: string;
  hidden?: boolean; // the title is for those who do not see
  apart?: boolean; // what is wrong is said elsewhere
  value: string;
  faults: Fault[];
  onInput: (text: string) => void;
}

export function Entry({ place, title, hidden, apart, value, faults, onInput }: EntryProps) {
  const fault = faults.find((one) => one.field === place);
  return (
    <label class="entry" data-field={place}>
      <span class={hidden ? "hidden-text" : undefined}>{title}</span>
      <input type="text" inputMode="numeric" value={value} spellcheck={false} autocomplete="off" aria-invalid={fault ? "true" : undefined} aria-describedby={fault ? `fault-${place}` : undefined} onInput={(event) => onInput(event.currentTarget.value.trim())} />
      {fault && !apart && (
        <span class="bad" id={`fault-${place}`} role="alert">
          {fault.message}
        </span>
      )}
    </label>
  );
}
