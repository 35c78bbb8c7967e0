// The form of the carried pod: what it runs, what it asks for, where it fits, and what putting it somewhere does.
import { Fragment } from "preact";
import { useSignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { gettext, fill, ngettext } from "../i18n/i18n";
import { getJson, objectUrl } from "../live/http";
import { Tile } from "../parts/PodTile";
import { Icon } from "../parts/Icon";
import { Tabs } from "../parts/Tabs";
import { aim, bypass, change, problem, putBack, putHere, sending, verdicts } from "./carry";
import { amountOf, IMAGES, qosOf, withAmount, withImage, withName, withNamespace, type Amount, type PodManifest } from "./manifest";
import { PodYaml } from "./PodYaml";

export function Form({ pod }: { pod: PodManifest }) {
  const shown = useSignal<"form" | "yaml">("form");
  return (
    <>
      <header class="subject">
        <span class="plinth">
          <Tile phase="Pending" qos={qosOf(pod)} size={32} />
        </span>
        <div>
          <h2>{pod.metadata.name || "?"}</h2>
          <p class="mono">{gettext("new Pod, not yet created")}</p>
          <p>{qosOf(pod)}</p>
        </div>
        <button class="icon-button" aria-label={gettext("Put it back")} onClick={putBack}>
          <Icon name="close" />
        </button>
      </header>
      <Tabs
        label={gettext("How to describe the pod")}
        tabs={[
          { name: "form", title: gettext("Form") },
          { name: "yaml", title: "YAML" },
        ]}
        current={shown.value}
        onChange={(name) => (shown.value = name as "form" | "yaml")}
      />
      <div class="panel" role="tabpanel">
        {shown.value === "form" ? <Fields pod={pod} /> : <PodYaml pod={pod} />}
        <Fits />
        <Where />
      </div>
      {problem.value && (
        <p class="problem" role="alert">
          <Icon name="warning" size={14} />
          {problem.value}
        </p>
      )}
      <footer class="actions">
        <button class="button solid" disabled={sending.value} onClick={() => void putHere(null)}>
          {gettext("Let the scheduler choose")}
        </button>
        <button class="button" onClick={putBack}>
          {gettext("Cancel")}
        </button>
      </footer>
    </>
  );
}

const AMOUNTS: { title: () => string; cells: { which: Amount; label: () => string; hint: string }[] }[] = [
  {
    title: () => "CPU",
    cells: [
      { which: "requests.cpu", label: () => gettext("CPU request"), hint: "250m" },
      { which: "limits.cpu", label: () => gettext("CPU limit"), hint: "—" },
    ],
  },
  {
    title: () => gettext("Memory"),
    cells: [
      { which: "requests.memory", label: () => gettext("Memory request"), hint: "128Mi" },
      { which: "limits.memory", label: () => gettext("Memory limit"), hint: "—" },
    ],
  },
];

function Fields({ pod }: { pod: PodManifest }) {
  const [namespaces, setNamespaces] = useState([pod.metadata.namespace ?? "default"]);
  useEffect(() => {
    // Namespaces are not drawn, so no frame tells of them.
    getJson<{ items: { metadata: { name: string } }[] }>(objectUrl("namespaces", ""))
      .then(({ items }) => setNamespaces(items.map((one) => one.metadata.name)))
      .catch(() => {}); // the one that is set still stands there
  }, []);
  const input = (event: Event): string => (event.currentTarget as HTMLInputElement).value;
  const image = pod.spec.containers[0]?.image ?? "";
  return (
    <div class="fields">
      <label>
        <span>{gettext("Name")}</span>
        <input value={pod.metadata.name} spellcheck={false} autocomplete="off" onInput={(event) => change(withName(pod, input(event)))} />
      </label>
      <label>
        <span>{gettext("Image")}</span>
        <input value={image} list="images" spellcheck={false} autocomplete="off" onInput={(event) => change(withImage(pod, input(event).trim()))} />
        <datalist id="images">
          {IMAGES.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      </label>
      <div class="amounts">
        <span />
        <span aria-hidden="true">{gettext("request")}</span>
        <span aria-hidden="true">{gettext("limit")}</span>
        {AMOUNTS.map(({ title, cells }) => (
          <Fragment key={title()}>
            <span>{title()}</span>
            {cells.map(({ which, label, hint }) => (
              <input
                key={which}
                aria-label={label()}
                value={amountOf(pod, which)}
                placeholder={hint}
                spellcheck={false}
                autocomplete="off"
                onInput={(event) => change(withAmount(pod, which, input(event).trim()))}
              />
            ))}
          </Fragment>
        ))}
      </div>
      <label>
        <span>{gettext("Namespace")}</span>
        <select value={pod.metadata.namespace ?? "default"} onChange={(event) => change(withNamespace(pod, (event.currentTarget as HTMLSelectElement).value))}>
          {namespaces.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
    </div>
  );
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
      {aim.value && (
        <p class="aimed">{fill(gettext("Enter puts it on %(node)s."), { node: aim.value })}</p>
      )}
    </section>
  );
}
