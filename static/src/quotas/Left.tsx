// The namespaces, the fullest first to be seen: how much of its fullest quota each has used.
import { fill, gettext } from "../i18n/i18n";
import { useCalm } from "../live/calm";
import { useFresh } from "../live/fresh";
import { namespacesOf, type NamespaceLine } from "./doors";
import { lately, namespace, showNamespace } from "./subject";

export function useNamespaces(): { told: NamespaceLine[]; problem: string } {
  const calm = useCalm(lately.value, 1000);
  const { told, problem } = useFresh(namespacesOf, String(calm));
  return { told: told?.namespaces ?? [], problem };
}

export function wordsOf(one: NamespaceLine): string {
  if (!one.quotas && !one.limitRanges) return gettext("no bounds");
  if (!one.quotas) return gettext("limits only");
  return fill(gettext("%(percent)s used"), { percent: `${Math.round(one.fullest * 100)}%` });
}

export function Left() {
  const { told } = useNamespaces();
  return (
    <div class="node-list">
      <ul aria-label={gettext("Namespaces")}>
        {told.map((one) => (
          <li key={one.name}>
            <button aria-pressed={one.name === namespace.value} onClick={() => showNamespace(one.name)} title={one.name}>
              <b>{one.name}</b>
              <span class={one.quotas && one.fullest >= 1 ? "full" : "quiet"}>{wordsOf(one)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
