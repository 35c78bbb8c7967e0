// The Pressure view: one node's signal under hard and under soft thresholds, side by side, and who would go first now.
import { computed } from "@preact/signals";
import { inAddress, select } from "../app/state";
import { fill, gettext } from "../i18n/i18n";
import { past } from "../live/clock";
import { useFresh } from "../live/fresh";
import { natural, nodes, revision, version } from "../live/store";
import { Compare } from "./Compare";
import { SIGNALS } from "./compared";
import { pressureOf } from "./eviction";
import { nowWords } from "./evictionWords";
import { Ranked } from "./Ranked";
import { subject } from "./subject";
import "./pressure.css";
import "./pressureView.css";

const MOST = 200; // nodes in the list
const sought = inAddress("find");
const signalName = inAddress("signal");
const signal = computed(() => SIGNALS.find((one) => one === signalName.value) ?? SIGNALS[0]);

function PressureView() {
  const node = subject.value;
  return (
    <div class="pressure-view" data-object={node ? `nodes//${node}` : undefined} tabIndex={0} role="region" aria-label={gettext("Pressure")}>
      <header class="heading">
        <div>
          <h2>{node ? fill(gettext("Node pressure on %(node)s"), { node }) : gettext("Node pressure")}</h2>
          <p>{gettext("A pod is evicted to save its node. What decides when, and who goes first?")}</p>
        </div>
        <label class="node-choice">
          <span class="hidden-text">{gettext("Node")}</span>
          <select value={node ?? ""} onChange={(event) => select(`nodes//${event.currentTarget.value}`)}>
            {!node && <option value="">{gettext("Choose a node")}</option>}
            {listed("").map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          <span class="hidden-text">{gettext("Signal")}</span>
          <select value={signal.value} onChange={(event) => (signalName.value = event.currentTarget.value === SIGNALS[0] ? "" : event.currentTarget.value)}>
            {SIGNALS.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      </header>
      {node ? <Compare key={`${node} ${signal.value}`} node={node} signal={signal.value} /> : <p class="hint">{gettext("Choose a node: it is run ahead under hard and under soft thresholds.")}</p>}
      {node && <Now node={node} />}
    </div>
  );
}

function Now({ node }: { node: string }) {
  const { told, problem } = useFresh(() => pressureOf(node), `${node} ${revision.value}`);
  if (problem) {
    return (
      <p class="problem" role="alert">
        {problem}
      </p>
    );
  }
  if (!told) return null;
  return (
    <section class="right-now">
      <h3>{past.value === null ? gettext("Right now") : gettext("At the instant shown")}</h3>
      {nowWords(told).map((said) => (
        <p key={said}>{said}</p>
      ))}
      <Ranked told={told} />
      <p class="quiet">{gettext("Rule of thumb: BestEffort goes first. The real order: over its request, then priority, then usage minus request.")}</p>
    </section>
  );
}

function listed(wanted: string): string[] {
  void version.value;
  return [...nodes.keys()].filter((name) => name.includes(wanted)).sort(natural).slice(0, MOST);
}

function Left() {
  void version.value;
  const names = listed(sought.value.trim().toLowerCase());
  return (
    <div class="node-list">
      <input type="text" class="find" value={sought.value} placeholder={gettext("find a node")} aria-label={gettext("Find a node")} spellcheck={false} onInput={(event) => (sought.value = event.currentTarget.value)} />
      <ul>
        {names.map((name) => (
          <li key={name}>
            <button aria-pressed={name === subject.value} onClick={() => select(`nodes//${name}`)}>
              <b>{name}</b>
              <i>{conditionsOf(name)}</i>
            </button>
          </li>
        ))}
      </ul>
      {!names.length && <p class="quiet">{gettext("No node of this name.")}</p>}
    </div>
  );
}

const conditionsOf = (name: string): string =>
  (nodes.get(name)?.conditions ?? [])
    .filter((one) => one.type.endsWith("Pressure") && one.status === "True")
    .map((one) => one.type)
    .join(", ");

export { PressureView as Component, Left };
