// Nothing is selected: the cluster as a whole, and its workloads to choose from.
import { select } from "../app/state";
import { gettext } from "../i18n/i18n";
import type { ServiceSketch, WorkloadSketch } from "../live/protocol";
import { all, nodes, phaseCounts, podCount, requestedOn, version } from "../live/store";
import { cpuPair, memoryPair } from "../live/words";
import { config } from "../app/config";
import { Icon } from "../parts/Icon";
import { kindIcon } from "../parts/glyphs";
import { Exports } from "../build/Exports";
import { Running } from "../build/Running";
import { Fact } from "./parts";
import { Reset } from "./Reset";

const WORKLOADS = ["deployments.apps", "daemonsets.apps", "replicasets.apps"];

export function ClusterPanel() {
  void version.value;
  const every = [...nodes.values()];
  const add = (value: (node: (typeof every)[number]) => number): number => every.reduce((sum, node) => sum + value(node), 0);
  const requested = [...requestedOn.values()].reduce((sum, one) => ({ cpu: sum.cpu + one.cpu, memory: sum.memory + one.memory }), { cpu: 0, memory: 0 });
  const workloads = WORKLOADS.flatMap((resource) => all<WorkloadSketch>(resource)).filter((one) => !one.owner);
  const services = all<ServiceSketch>("services");
  return (
    <>
      <header class="subject whole-width">
        <span class="plinth">
          <Icon name="node" size={24} />
        </span>
        <div>
          <h2>{config.cluster}</h2>
          <p>{gettext("Click a node or a pod to look into it.")}</p>
        </div>
      </header>
      <div class="panel">
        <dl class="facts">
          <Fact name={gettext("Nodes ready")}>
            {every.filter((node) => node.ready).length} / {every.length}
          </Fact>
          <Fact name={gettext("Pods running")}>
            {phaseCounts.Running} / {podCount()}
          </Fact>
          <Fact name={gettext("CPU requested")}>{cpuPair(requested.cpu, add((node) => node.allocatable.cpu)).join(" / ")}</Fact>
          <Fact name={gettext("Memory requested")}>{memoryPair(requested.memory, add((node) => node.allocatable.memory)).join(" / ")}</Fact>
        </dl>
        <Running />
        <section class="section">
          <h3>{gettext("Workloads")}</h3>
          <ul class="rows">
            {workloads.map((one) => (
              <li key={one.id}>
                <button class="row" onClick={() => select(one.id)} title={`${one.kind} ${one.namespace}/${one.name}`}>
                  <Icon name={kindIcon(one.resource)} />
                  <b>{one.name}</b>
                  <span class={one.ready < one.desired ? "warn" : ""}>{`${one.ready} / ${one.desired}`}</span>
                </button>
              </li>
            ))}
          </ul>
          {workloads.length === 0 && <p class="hint">{gettext("None yet: create some with kubectl apply.")}</p>}
        </section>
        {services.length > 0 && (
          <section class="section">
            <h3>Services</h3>
            <ul class="rows">
              {services.map((one) => (
                <li key={one.id}>
                  <button class="row" onClick={() => select(one.id)} title={`${one.namespace}/${one.name}`}>
                    <Icon name="service" />
                    <b>{one.name}</b>
                    <span class="mono">{one.clusterIP}</span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
        <Exports />
      </div>
      <Reset />
    </>
  );
}
