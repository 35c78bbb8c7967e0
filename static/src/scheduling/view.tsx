// The Scheduling view: how the scheduler decided, what it would decide otherwise, what it still has room for, how it is set.
import { narrow } from "../app/screen";
import { select } from "../app/state";
import { gettext, fill } from "../i18n/i18n";
import { pods, version } from "../live/store";
import { amounts } from "../live/words";
import { Icon } from "../parts/Icon";
import { PodTile } from "../parts/PodTile";
import { Tabs } from "../parts/Tabs";
import { Configuration } from "./Configuration";
import { Decision, shown } from "./Decision";
import type { PodName } from "./doors";
import { Fit } from "./Fit";
import { covered, keyOf } from "./guesses";
import { List } from "./List";
import { panel, predicting, revision, showPanel, subject, togglePredict, type Panel } from "./state";
import { WhatIf } from "./WhatIf";
import "./scheduling.css";
import "./grid.css";
import "./panels.css";

const TITLES: Record<Panel, () => string> = {
  decision: () => gettext("Decision"),
  "what-if": () => gettext("What if"),
  fit: () => gettext("Would it fit?"),
  configuration: () => gettext("Configuration"),
};

function Scheduling() {
  const pod = subject.value;
  const current = panel.value;
  const list = narrow.value && !pod && current === "decision";
  return (
    <div class="scheduling" data-object={pod && current !== "configuration" ? `pods/${pod.namespace}/${pod.name}` : undefined}>
      <header class="heading">
        {pod && current !== "configuration" ? <Heading pod={pod} /> : <h2 class="no-pod">{gettext("The scheduler")}</h2>}
        <button class="switch" role="switch" aria-checked={predicting.value} onClick={togglePredict}>
          <i aria-hidden="true" />
          {gettext("Predict first")}
        </button>
      </header>
      <Tabs label={gettext("About scheduling")} tabs={Object.entries(TITLES).map(([name, title]) => ({ name, title: title() }))} current={current} onChange={(name) => showPanel(name as Panel)} />
      <div class="scheduling-panel" data-panel={current} role="tabpanel" aria-label={TITLES[current]()}>
        {list ? <List /> : <Shown name={current} pod={pod} />}
      </div>
    </div>
  );
}

function Shown({ name, pod }: { name: Panel; pod: PodName | null }) {
  if (name === "configuration") return <Configuration />;
  if (name === "what-if" && pod && covered(keyOf(pod, revision.value))) return <p class="hint">{gettext("Guess first: this would tell the answer.")}</p>;
  if (name === "what-if") return <WhatIf pod={pod} />;
  if (name === "fit") return <Fit pod={pod} />;
  return pod ? <Decision pod={pod} /> : <p class="hint">{gettext("Choose a pod on the left: its decision is shown here, node by node.")}</p>;
}

function Heading({ pod }: { pod: PodName }) {
  void version.value;
  const sketch = pods.get(`pods/${pod.namespace}/${pod.name}`);
  const hidden = covered(keyOf(pod, revision.value));
  const trace = shown.value;
  const known = !hidden && panel.value === "decision" && trace?.name === pod.name && trace.namespace === pod.namespace ? trace : null;
  const title = !known ? "" : known.node ? gettext("%(pod)s goes to %(node)s") : gettext("%(pod)s fits nowhere");
  const requests = sketch && fill(gettext("requests %(amounts)s"), { amounts: amounts(sketch.requests) });
  const facts = [pod.namespace, ...(sketch ? [requests, sketch.qos] : [gettext("no longer there")])];
  return (
    <>
      {narrow.value && (
        <button class="icon-button back" aria-label={gettext("All pods")} onClick={() => select(null)}>
          <Icon path="M9.8 4 6 8l3.8 4" />
        </button>
      )}
      <span class="plinth">{sketch && !hidden ? <PodTile pod={sketch} size={32} /> : <Icon name="pod" size={24} />}</span>
      <div>
        <h2>{title ? fill(title, { pod: pod.name, node: known?.node ?? "" }) : pod.name}</h2>
        <p>
          {facts.join(" · ")}
        </p>
      </div>
    </>
  );
}

/** On a phone there is no left column: the list takes the place of the decision. */
function Left() {
  return narrow.value ? null : <List />;
}

export { Scheduling as Component, Left };
