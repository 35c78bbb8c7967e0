// The Pod view: one pod on one page: what it is made of, what it went through, its logs, a terminal, events and why.
import { select } from "../app/state";
import { gettext } from "../i18n/i18n";
import { pods, version } from "../live/store";
import { trouble } from "../live/words";
import { PodTile } from "../parts/PodTile";
import { Header } from "./Header";
import { Page } from "./Page";
import { formerPod, listed, sought, subject } from "./subject";
import "../inspector/inspector.css";
import "../node/pressureView.css";
import "./page.css";

const MOST = 200; // lines of the list

function PodView() {
  void version.value;
  const id = subject.value;
  const pod = pods.get(id) ?? null;
  return (
    <div class="pod-view" data-object={id || undefined} tabIndex={0} role="region" aria-label={gettext("Pod")}>
      {!id && (
        <>
          <header class="heading">
            <div>
              <h2>{gettext("Pod")}</h2>
              <p>{gettext("What a pod is made of, what it went through, and what its containers say.")}</p>
            </div>
            <Choice id="" />
          </header>
          <p class="hint">{pods.size ? gettext("Choose a pod: it is shown here.") : gettext("There is no pod yet. Create one on the map, or with kubectl.")}</p>
        </>
      )}
      {id && (
        <>
          <Header pod={pod} former={formerPod(id)} choice={<Choice id={id} />} />
          <Page key={id} object={pod ?? formerPod(id)} pod={pod} />
        </>
      )}
    </div>
  );
}

/** On a phone there is no list at the left. */
function Choice({ id }: { id: string }) {
  return (
    <label class="pod-choice">
      <span class="hidden-text">{gettext("Pod")}</span>
      <select value={pods.has(id) ? id : ""} onChange={(event) => event.currentTarget.value && select(event.currentTarget.value)}>
        {!pods.has(id) && <option value="">{gettext("Choose a pod")}</option>}
        {listed(MOST).map((one) => (
          <option key={one.id} value={one.id}>{`${one.namespace}/${one.name} · ${one.status}`}</option>
        ))}
      </select>
    </label>
  );
}

function Left() {
  void version.value;
  const found = listed(MOST);
  const current = subject.value;
  return (
    <div class="node-list pod-list">
      <input type="text" class="find" value={sought.value} placeholder={gettext("find a pod")} aria-label={gettext("Find a pod")} spellcheck={false} onInput={(event) => (sought.value = event.currentTarget.value)} />
      <ul aria-label={gettext("Pods")}>
        {found.map((pod) => (
          <li key={pod.id}>
            <button aria-pressed={pod.id === current} onClick={() => select(pod.id)} title={`${pod.namespace}/${pod.name}`}>
              <PodTile pod={pod} size={18} />
              <b>{pod.name}</b>
              <span class={trouble(pod) ? "bad" : "quiet"}>{`${pod.status} · ${pod.namespace}`}</span>
            </button>
          </li>
        ))}
      </ul>
      {!found.length && <p class="quiet">{gettext("No pod of this name.")}</p>}
    </div>
  );
}

export { PodView as Component, Left };
