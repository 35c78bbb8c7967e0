// The panel of what is carried: its short form and its YAML, where it may be put, and what the API server says of it.
import { useEffect, useState } from "preact/hooks";
import { narrow } from "../app/screen";
import { Picture } from "../carry/Carried";
import { bypass, CLUSTER, mistakes, putBack, putHere, sending, target, type as typed, verdicts, warnings, type Draft } from "../carry/carry";
import { takesCluster } from "../carry/places";
import { qosOf } from "../carry/pods";
import { TextEditor } from "../editor/TextEditor";
import { gettext, fill, ngettext } from "../i18n/i18n";
import { Icon } from "../parts/Icon";
import { Tabs } from "../parts/Tabs";
import { nameOf } from "./body";
import { elsewhere, Fields } from "./Fields";
import { Places } from "./Places";
import { shownAs, SHOWN, type Shown } from "./shown";
import { written } from "./written";
import "./build.css";

export function Form({ held }: { held: Draft }) {
  const shown = shownAs.value;
  return (
    <>
      <header class="subject">
        <span class="plinth">
          <Picture held={held} size={32} />
        </span>
        <div>
          <h2>{nameOf(held.value) || held.about.title()}</h2>
          <p class="mono">{fill(gettext("new %(kind)s, not yet created"), { kind: held.about.title() })}</p>
          <p>{held.value.kind === "Pod" ? qosOf(held.value) : ""}</p>
        </div>
        <button class="icon-button" aria-label={gettext("Put it back")} onClick={putBack}>
          <Icon name="close" />
        </button>
      </header>
      <Tabs
        label={gettext("How to describe it")}
        tabs={SHOWN.filter(({ name }) => name !== "both" || !narrow.value).map(({ name, title }) => ({ name, title: title() }))}
        current={shown}
        onChange={(name) => (shownAs.value = name as Shown)}
      />
      <div class={`panel drafting ${shown}`} role="tabpanel" tabIndex={0}>
        {shown !== "yaml" && (
          <div class="drafting-form">
            <p class="hint">{held.about.about()}</p>
            {held.broken && <p class="hint">{gettext("The YAML has an error: the form waits until it is mended.")}</p>}
            <Fields held={held} />
            <Fits />
            <Places held={held} />
            {held.value.kind === "Pod" && <Where />}
          </div>
        )}
        {shown !== "form" && <Yaml held={held} />}
      </div>
      <Said held={held} onlyForm={shown === "form"} />
      <footer class="actions">
        {takesCluster() && (
          <button class="button solid" disabled={sending.value || held.broken !== null} onClick={() => void putHere(CLUSTER)}>
            {held.value.kind === "Pod" ? gettext("Let the scheduler choose") : gettext("Create it")}
          </button>
        )}
        <button class="button" onClick={putBack}>
          {gettext("Cancel")}
        </button>
      </footer>
    </>
  );
}

/** What no field shows: errors about the whole, and warnings. */
function Said({ held, onlyForm }: { held: Draft; onlyForm: boolean }) {
  const wrong = onlyForm ? elsewhere(held) : shownAs.value === "both" ? [] : mistakes.value.filter(({ line }) => line === null);
  return (
    <>
      {wrong.map(({ field, message }) => (
        <p class="problem" role="alert" key={field + message}>
          <Icon name="warning" size={14} />
          {field ? `${field}: ${message}` : message}
        </p>
      ))}
      {warnings.value.map((text) => (
        <p class="problem warn" role="status" key={text}>
          <Icon name="warning" size={14} />
          {text}
        </p>
      ))}
    </>
  );
}

function Yaml({ held }: { held: Draft }) {
  const [text, setText] = useState<string | null>(held.text);
  useEffect(() => {
    let mine = true;
    if (held.text !== null) setText(held.text);
    else void written().then(({ write }) => mine && setText(write(held.value)));
    return () => {
      mine = false;
    };
  }, [held.text, held.value]);
  if (text === null) return null;
  return <TextEditor label={fill(gettext("The %(kind)s as YAML"), { kind: held.value.kind })} text={text} mistakes={mistakes.value} inPlace onChange={(next) => void typed(next)} />;
}

/** How many nodes would take it, and how many each filter refuses. */
function Fits() {
  const answer = verdicts.value;
  if (!answer) return null;
  const refused = new Map<string, number>();
  let fit = 0;
  for (const { feasible, plugin } of answer.values()) {
    if (feasible) fit++;
    else refused.set(plugin ?? "?", (refused.get(plugin ?? "?") ?? 0) + 1);
  }
  return (
    <section class="section">
      <h3>{gettext("Where it fits")}</h3>
      <ul class="tally">
        <li>
          <b>{fit}</b>
          {ngettext("node fits", "nodes fit", fit)}
        </li>
        {[...refused].map(([plugin, n]) => (
          <li key={plugin}>
            <b>{n}</b>
            {fill(gettext("refused by %(plugin)s"), { plugin })}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Where() {
  return (
    <section class="section">
      <h3>{gettext("What “put it here” does")}</h3>
      <p>
        {bypass.value
          ? gettext("Sets nodeName: the kubelet gets the pod at once. No filter is asked, so it may be refused or evicted there.")
          : gettext("Adds nodeSelector kubernetes.io/hostname, so the scheduler still checks the node.")}
      </p>
      <label class="check">
        <input type="checkbox" checked={bypass.value} onChange={(event) => (bypass.value = event.currentTarget.checked)} />
        {gettext("Bypass the scheduler (nodeName)")}
      </label>
      {target.value?.kind === "node" && <p class="aimed">{fill(gettext("Enter puts it on %(node)s."), { node: target.value.name })}</p>}
    </section>
  );
}
