// The thresholds under which both runs go: what the node has, until something else is written over it.
import { fill, gettext } from "../i18n/i18n";
import type { Fault } from "../live/asked";
import type { Compared, Edits, Which } from "./compared";

interface Field {
  name: string;
  title: () => string;
  setting: string; // in a KubeletConfiguration
}

const THRESHOLD = { name: "threshold", title: () => gettext("Threshold") };
const RECLAIM: Field = { name: "minimumReclaim", title: () => gettext("Minimum reclaim"), setting: "evictionMinimumReclaim" };
const FIELDS: Record<Which, Field[]> = {
  hard: [{ ...THRESHOLD, setting: "evictionHard" }, RECLAIM],
  soft: [
    { ...THRESHOLD, setting: "evictionSoft" },
    { name: "gracePeriod", title: () => gettext("Grace period"), setting: "evictionSoftGracePeriod" },
    { name: "maxPodGracePeriod", title: () => gettext("Longest pod grace (s)"), setting: "evictionMaxPodGracePeriod" },
    RECLAIM,
  ],
};

interface Props {
  edits: Edits;
  told: Compared | null;
  faults: Fault[];
  onChange: (edits: Edits) => void;
}

export function ThresholdForm({ edits, told, faults, onChange }: Props) {
  const write = (which: Which, name: string, text: string): void => {
    const value = name === "maxPodGracePeriod" && /^\d+$/.test(text) ? Number(text) : text;
    onChange({ ...edits, [which]: { ...edits[which], [name]: value } });
  };
  const minutes = (text: string): void => onChange({ ...edits, minutes: /^\d+$/.test(text) ? Number(text) : -1 });
  const ofMinutes = faults.find((one) => one.field === "minutes");
  return (
    <form class="threshold-form" onSubmit={(event) => event.preventDefault()}>
      {(["hard", "soft"] as const).map((which) => (
        <fieldset key={which} class={which}>
          <legend>{which === "hard" ? gettext("Hard") : gettext("Soft")}</legend>
          {FIELDS[which].map((field) => (
            <Entry
              key={field.name}
              id={`${which}.${field.name}`}
              title={field.title()}
              setting={field.setting}
              value={String(edits[which][field.name] ?? told?.[which].asked[field.name] ?? "")}
              fault={faults.find((one) => one.field === `${which}.${field.name}`)}
              onInput={(text) => write(which, field.name, text)}
            />
          ))}
        </fieldset>
      ))}
      <fieldset>
        <legend>{gettext("Both")}</legend>
        <Entry id="minutes" title={gettext("At most (min)")} setting="" value={edits.minutes === undefined ? "60" : edits.minutes < 0 ? "" : String(edits.minutes)} fault={ofMinutes} onInput={minutes} />
      </fieldset>
    </form>
  );
}

interface EntryProps {
  id: string;
  title: string;
  setting: string;
  value: string;
  fault: Fault | undefined;
  onInput: (text: string) => void;
}

function Entry({ id, title, setting, value, fault, onInput }: EntryProps) {
  return (
    <label class="entry" data-field={id}>
      <span title={setting ? fill(gettext("%(setting)s of the KubeletConfiguration"), { setting }) : undefined}>{title}</span>
      <input type="text" value={value} spellcheck={false} autocomplete="off" aria-invalid={fault ? "true" : undefined} aria-describedby={fault ? `fault-${id}` : undefined} onInput={(event) => onInput(event.currentTarget.value)} />
      {fault && (
        <span class="bad" id={`fault-${id}`} role="alert">
          {fault.message}
        </span>
      )}
    </label>
  );
}
