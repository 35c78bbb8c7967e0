// What one looks for: words, and choices among what there is in the log.
import { useEffect, useState } from "preact/hooks";
import { gettext } from "../i18n/i18n";
import { choices, type Choices } from "./doors";
import { filter, isSet, seek, seekAll, type Field } from "./filter";

export function Filters() {
  const [there, setThere] = useState<Choices>({ resources: [], namespaces: [], components: [] });
  const look = (): void => void choices().then(setThere, () => undefined);
  useEffect(look, []);
  return (
    <form class="log-filters" role="search" onSubmit={(event) => event.preventDefault()} onFocusIn={look}>
      <div class="words">
        <input type="text" aria-label={gettext("Find in the log")} value={filter.value.text} placeholder={gettext("find a name, a rule, a word")} spellcheck={false} onInput={(event) => seek("text", event.currentTarget.value)} />
      </div>
      <Choice field="resource" label={gettext("Kind")} all={gettext("all kinds")} options={there.resources} />
      <Choice field="namespace" label={gettext("Namespace")} all={gettext("all namespaces")} options={there.namespaces} />
      <Choice field="component" label={gettext("Component")} all={gettext("all components")} options={there.components} />
      <Choice field="operation" label={gettext("Change")} all={gettext("all changes")} options={["ADDED", "MODIFIED", "DELETED"]} />
      <label class="check">
        <input type="checkbox" checked={filter.value.people === "1"} onChange={(event) => seek("people", event.currentTarget.checked ? "1" : "")} />
        {gettext("by people only")}
      </label>
      {isSet.value && (
        <button type="button" class="button" onClick={seekAll}>
          {gettext("Show all")}
        </button>
      )}
    </form>
  );
}

function Choice({ field, label, all, options }: { field: Field; label: string; all: string; options: string[] }) {
  const value = filter.value[field];
  const shown = value && !options.includes(value) ? [value, ...options] : options;
  return (
    <div class="filter-choice">
      <select aria-label={label} value={value} onChange={(event) => seek(field, event.currentTarget.value)}>
        <option value="">{all}</option>
        {shown.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </div>
  );
}
