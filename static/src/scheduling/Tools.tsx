// What of the grid is shown, and in which order.
import { gettext, fill } from "../i18n/i18n";
import type { Trace } from "./doors";
import { chosenRows } from "./ranking";
import { sort, sought } from "./state";

export function Tools({ trace }: { trace: Trace }) {
  const all = trace.nodes.length;
  const shown = sought.value ? chosenRows(trace, true, sought.value).length : all;
  return (
    <div class="tools-row">
      <input type="text" class="find" value={sought.value} placeholder={gettext("find a node, plugin or reason")} aria-label={gettext("Find a node, plugin or reason")} spellcheck={false} onInput={(event) => (sought.value = event.currentTarget.value)} />
      <div class="choice" role="group" aria-label={gettext("Order of the nodes")}>
        <button aria-pressed={sort.value !== "name"} onClick={() => (sort.value = "")}>
          {gettext("by total")}
        </button>
        <button aria-pressed={sort.value === "name"} onClick={() => (sort.value = "name")}>
          {gettext("by name")}
        </button>
      </div>
      {shown < all && <span class="quiet">{fill(gettext("%(n)s of %(all)s nodes"), { n: shown, all })}</span>}
    </div>
  );
}
