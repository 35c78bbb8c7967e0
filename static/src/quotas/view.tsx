// The Quotas view: what bounds a namespace, what was filled in for whoever said nothing, and why a create was refused.
import { fill, gettext } from "../i18n/i18n";
import { useCalm } from "../live/calm";
import { useFresh } from "../live/fresh";
import { boundsOf, type Bounds } from "./doors";
import { Left, useNamespaces, wordsOf } from "./Left";
import { Filled, Limits } from "./Limits";
import { Quotas } from "./Quotas";
import { Refused } from "./Refused";
import { lately, namespace, showNamespace } from "./subject";
import "../styles/reading.css";
import "./quotas.css";

const CALM = 1000; // ms between two questions while the cluster changes

function QuotasView() {
  const name = namespace.value;
  const calm = useCalm(lately.value, CALM);
  const { told, problem } = useFresh(() => boundsOf(name), `${name} ${calm}`);
  return (
    <div class="quotas-view" tabIndex={0} role="region" aria-label={gettext("Quotas and limits")}>
      <header class="heading">
        <div>
          <h2>{fill(gettext("Namespace %(name)s"), { name })}</h2>
          <p>{gettext("Quotas bound what a namespace holds in all, LimitRanges each pod and container in it.")}</p>
        </div>
        <Choice />
      </header>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {told && told.namespace === name ? <Parts told={told} /> : !problem && <p class="hint">{gettext("Asking…")}</p>}
    </div>
  );
}

function Parts({ told }: { told: Bounds }) {
  return (
    <div class="quota-parts">
      <section aria-labelledby="quotas-used">
        <h3 id="quotas-used">{gettext("Used against hard")}</h3>
        <Quotas namespace={told.namespace} quotas={told.quotas} />
      </section>
      <section aria-labelledby="quotas-refused">
        <h3 id="quotas-refused">{gettext("Refused")}</h3>
        <Refused namespace={told.namespace} refusals={told.refusals} />
      </section>
      <section aria-labelledby="quotas-limits">
        <h3 id="quotas-limits">{gettext("Limit ranges")}</h3>
        <Limits namespace={told.namespace} ranges={told.limitRanges} />
      </section>
      <section aria-labelledby="quotas-filled">
        <h3 id="quotas-filled">{gettext("Filled in")}</h3>
        <Filled namespace={told.namespace} filled={told.filled} />
      </section>
    </div>
  );
}

/** On a phone there is no list at the left. */
function Choice() {
  const { told } = useNamespaces();
  return (
    <div class="namespace-choice">
      <select aria-label={gettext("Namespace")} value={namespace.value} onChange={(event) => showNamespace(event.currentTarget.value)}>
        {told.map((one) => (
          <option key={one.name} value={one.name}>{`${one.name} · ${wordsOf(one)}`}</option>
        ))}
      </select>
    </div>
  );
}

export { QuotasView as Component, Left };
