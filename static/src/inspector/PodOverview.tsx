// A pod: where it is, what it asks for, its containers.
import { gettext, fill } from "../i18n/i18n";
import { age, clock } from "../live/clock";
import type { ContainerSketch, PodSketch } from "../live/protocol";
import { nodes } from "../live/store";
import { amounts } from "../live/words";
import { showTab } from "../app/state";
import { Fact, Labels, ObjectLink, Owners } from "./parts";

export function PodOverview({ pod }: { pod: PodSketch }) {
  const node = nodes.get(pod.node);
  return (
    <>
      {pod.message && !pod.node && (
        <p class="notice warn">
          {pod.message}{" "}
          <button class="link" onClick={() => showTab("why")}>
            {gettext("Why?")}
          </button>
        </p>
      )}
      <dl class="facts">
        <Fact name={gettext("Node")}>{node ? <ObjectLink object={node} /> : pod.node || gettext("none yet")}</Fact>
        <Fact name={gettext("Namespace")}>{pod.namespace}</Fact>
        <Owners object={pod} />
        <Fact name={gettext("QoS class")}>{pod.qos}</Fact>
        <Fact name={gettext("Ready")}>{pod.ready}</Fact>
        <Fact name={gettext("Restarts")}>{pod.restarts}</Fact>
        {pod.ip && <Fact name="IP">{pod.ip}</Fact>}
        <Fact name={gettext("Age")}>{age((clock.value?.now ?? pod.created) - pod.created)}</Fact>
        <Fact name={gettext("Requests")}>{amounts(pod.requests)}</Fact>
        <Fact name={gettext("Limits")}>{amounts(pod.limits)}</Fact>
      </dl>
      <section class="section">
        <h3>{gettext("Containers")}</h3>
        <ul class="containers">
          {pod.containers.map((container) => (
            <Container key={container.name} container={container} />
          ))}
        </ul>
      </section>
      <Labels labels={pod.labels} />
    </>
  );
}

function Container({ container }: { container: ContainerSketch }) {
  const words = {
    running: container.ready ? gettext("running, ready") : gettext("running, not ready"),
    waiting: gettext("waiting"),
    terminated: gettext("ended"),
  };
  const state = words[container.state];
  return (
    <li data-state={container.state}>
      <i class="lamp" />
      <div>
        <b>{container.init ? fill(gettext("%(name)s (init)"), { name: container.name }) : container.name}</b>
        <span class="mono">{container.image}</span>
        <span>{container.reason ? `${state} · ${container.reason}` : state}</span>
      </div>
    </li>
  );
}
