// A node: what it has, what is asked of it, its conditions and taints, its pods.
import { gettext } from "../i18n/i18n";
import { noSums } from "../live/crowd";
import type { NodeSketch } from "../live/protocol";
import { podsOn, requestedOn, version } from "../live/store";
import { cpuPair, memoryPair } from "../live/words";
import { Taints } from "../build/NodeActions";
import { Fact, Labels, PodList } from "./parts";

export function NodeOverview({ node }: { node: NodeSketch }) {
  void version.value;
  const sum = requestedOn.get(node.name) ?? noSums();
  const pods = [...(podsOn.get(node.name)?.values() ?? [])];
  return (
    <>
      <dl class="facts">
        <Fact name={gettext("Zone")}>{node.zone || gettext("none")}</Fact>
        <Fact name={gettext("Roles")}>{node.roles.join(", ") || gettext("none")}</Fact>
        <Fact name={gettext("CPU requested")} of={node} part="cpu">{cpuPair(sum.cpu, node.allocatable.cpu).join(" / ")}</Fact>
        <Fact name={gettext("Memory requested")} of={node} part="memory">{memoryPair(sum.memory, node.allocatable.memory).join(" / ")}</Fact>
        <Fact name={gettext("Disk requested")} of={node} part="storage">{memoryPair(sum.disk, node.allocatable.disk).join(" / ")}</Fact>
        <Fact name={gettext("Capacity")}>
          {cpuPair(0, node.capacity.cpu)[1]} CPU · {memoryPair(0, node.capacity.memory)[1]}
        </Fact>
        <Fact name={gettext("Pods")} of={node} part="pods">
          {pods.length} / {node.allocatable.pods ?? "?"}
        </Fact>
      </dl>
      <Taints node={node} />
      <section class="section">
        <h3>{gettext("Conditions")}</h3>
        <dl class="facts tight">
          {node.conditions.map((condition) => (
            <Fact key={condition.type} name={condition.type}>
              <span title={condition.reason} class={(condition.type === "Ready") === (condition.status === "True") ? "" : "bad"}>
                {condition.status}
              </span>
            </Fact>
          ))}
        </dl>
      </section>
      <PodList pods={pods} />
      <Labels labels={node.labels} />
    </>
  );
}
