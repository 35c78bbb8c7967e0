// Traffic and Faults: what goes on now, each with the button that ends it.
import { useEffect, useState } from "preact/hooks";
import { select } from "../app/state";
import { gettext, fill } from "../i18n/i18n";
import { objectUrl, send } from "../live/http";
import { Icon } from "../parts/Icon";
import { kindIcon } from "../parts/glyphs";
import { valueAt, type Body } from "./body";
import { follow, running, stateOf, type Running as One } from "./running";

export function Running() {
  const [problem, setProblem] = useState("");
  useEffect(follow, []);
  if (!running.value.length) return null;
  const stop = ({ resource, body: { metadata } }: One): void => {
    setProblem("");
    send("DELETE", objectUrl(resource, metadata.namespace ?? "", metadata.name ?? "")).catch((error: Error) => setProblem(error.message));
  };
  return (
    <section class="section running">
      <h3>{gettext("Traffic and faults")}</h3>
      <ul>
        {running.value.map((one) => (
          <li key={one.id}>
            <button class="row" onClick={() => select(one.id)} title={`${one.body.kind} ${one.body.metadata.name ?? ""}`}>
              <Icon name={kindIcon(one.resource)} />
              <b>{one.body.metadata.name}</b>
              <span class={stateOf(one).going && one.body.kind === "Fault" ? "warn" : ""}>{words(one)}</span>
            </button>
            <button class="button" aria-label={fill(gettext("Stop %(name)s"), { name: one.body.metadata.name ?? "" })} onClick={() => stop(one)}>
              {gettext("Stop")}
            </button>
          </li>
        ))}
      </ul>
      {problem && (
        <p class="wrong" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}

function words(one: One): string {
  const { reason } = stateOf(one);
  return [what(one.body), reason].filter(Boolean).join(" · ");
}

function what(body: Body): string {
  if (body.kind === "Fault") return String(valueAt(body, ["spec", "type"]) ?? "");
  const rate = valueAt(body, ["spec", "rate"]);
  return rate === undefined ? "" : `${String(rate)}/s`;
}
