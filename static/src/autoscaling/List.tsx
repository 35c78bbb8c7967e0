// The autoscalers of the cluster, with what they scale.
import { select } from "../app/state";
import { fill, gettext } from "../i18n/i18n";
import { useFresh } from "../live/fresh";
import { listOf } from "./doors";
import { idOf, lately, subject } from "./subject";

/** `besides`: the same is shown elsewhere, so that an empty list says nothing. */
export function List({ besides }: { besides?: boolean }) {
  const { told, problem } = useFresh(listOf, String(lately.value));
  const chosen = subject.value;
  if (problem) {
    return (
      <p class="problem" role="alert">
        {problem}
      </p>
    );
  }
  if (!told) return <p class="hint">{gettext("Asking…")}</p>;
  if (!told.autoscalers.length && besides) return null;
  if (!told.autoscalers.length) return <p class="hint">{gettext("There is no HorizontalPodAutoscaler yet: kubectl autoscale deployment NAME --max=10 --cpu-percent=50 makes one.")}</p>;
  return (
    <ul class="autoscaler-list" aria-label={gettext("Autoscalers")}>
      {told.autoscalers.map((one) => (
        <li key={idOf(one)}>
          <button data-object={idOf(one)} aria-pressed={chosen !== null && idOf(chosen) === idOf(one)} onClick={() => select(idOf(one))}>
            <b>{one.name}</b>
            <span>{one.namespace}</span>
            <span>{fill(gettext("%(kind)s %(name)s · %(current)s of %(least)s to %(most)s"), { kind: one.target.kind, name: one.target.name, current: one.current, least: one.least, most: one.most })}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
