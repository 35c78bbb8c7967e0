// What the map is grouped by and which pods are lit. On a phone both are in a sheet of their own.
import { useState } from "preact/hooks";
import { gettext, fill } from "../i18n/i18n";
import { objects, podCount, version } from "../live/store";
import { Icon } from "../parts/Icon";
import { clearFilter, counted, isFiltered, words } from "./filter";
import { chosenGrouping, grouping, GROUPS, GROUP_WORDS } from "./groups";

const OFFERED = 60; // words that are offered at most

export function Filter() {
  const [open, setOpen] = useState(false);
  return (
    <div class={`filter${open ? " open" : ""}`}>
      <button class="icon-button filter-sheet" aria-expanded={open} aria-label={gettext("Filter and group")} onClick={() => setOpen(!open)}>
        <Icon path="M2 3.5h12L9.5 9v4.5l-3-1.5V9z" />
        {isFiltered.value && <i class="dot" />}
      </button>
      <div class="filter-fields">
        <input
          type="search"
          aria-label={gettext("Filter pods")}
          placeholder={gettext("Filter pods")}
          title={gettext("A part of a name, ns:shop, kind:Job, state:Running, or a label selector such as app=web")}
          list="filter-words"
          value={words.value}
          onInput={(event) => (words.value = event.currentTarget.value)}
        />
        <Offered />
        <select aria-label={gettext("Group")} value={grouping.value} onChange={(event) => (chosenGrouping.value = event.currentTarget.value === "node" ? "" : event.currentTarget.value)}>
          {GROUPS.map((one) => (
            <option key={one} value={one}>
              {GROUP_WORDS[one]()}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}

function Offered() {
  void version.value;
  const offered = new Set<string>();
  for (const one of objects.values()) {
    if (one.resource === "namespaces") offered.add(`ns:${one.name}`);
    if (one.owner && one.resource === "pods") offered.add(`kind:${one.owner.kind === "ReplicaSet" ? "Deployment" : one.owner.kind}`);
    if (one.resource === "pods" && one.labels?.app) offered.add(`app=${one.labels.app}`);
    if (offered.size > OFFERED) break;
  }
  return (
    <datalist id="filter-words">
      {[...offered].sort().map((one) => (
        <option key={one} value={one} />
      ))}
    </datalist>
  );
}

/** What the filter leaves, and the way out of it. */
export function Filtered() {
  if (!isFiltered.value) return null;
  const { shown, kept } = counted.value;
  return (
    <div class={shown ? "filtered" : "filtered nothing"} role="status">
      <span>
        {shown ? fill(gettext("%(n)s of %(all)s pods are lit."), { n: shown.toLocaleString("en"), all: podCount().toLocaleString("en") }) : gettext("The filter matches nothing.")}
        {kept > 0 && ` ${fill(gettext("%(n)s in trouble stay lit."), { n: kept.toLocaleString("en") })}`}
      </span>
      <button class="clear" onClick={clearFilter}>
        <Icon name="close" size={12} />
        {gettext("show all")}
      </button>
    </div>
  );
}
