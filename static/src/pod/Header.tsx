// Who the pod is: its status as kubectl has it, and where it is.
import type { ComponentChildren } from "preact";
import { select } from "../app/state";
import { showView } from "../app/views";
import { gettext } from "../i18n/i18n";
import { age, clock } from "../live/clock";
import type { PodSketch, Sketch } from "../live/protocol";
import { crowd, nodes } from "../live/store";
import { trouble } from "../live/words";
import { PodTile } from "../parts/PodTile";

interface Props {
  pod: PodSketch | null;
  former: Sketch;
  choice: ComponentChildren;
}

export function Header({ pod, former, choice }: Props) {
  return (
    <header class="heading">
      {pod && (
        <span class="plinth">
          <PodTile pod={pod} size={32} />
        </span>
      )}
      <div>
        <h2 title={former.name}>{former.name}</h2>
        {pod ? <Facts pod={pod} /> : <Absent />}
      </div>
      {choice}
      {pod && (
        <button
          class="button"
          onClick={() => {
            select(pod.id);
            showView("map");
          }}
        >
          {gettext("On the map")}
        </button>
      )}
    </header>
  );
}

function Facts({ pod }: { pod: PodSketch }) {
  const node = nodes.get(pod.node);
  const tone = trouble(pod) ? "bad" : pod.phase === "Pending" ? "warn" : pod.phase === "Running" || pod.phase === "Succeeded" ? "good" : "";
  const facts: [string, ComponentChildren][] = [
    ["STATUS", <b class={tone}>{pod.status}</b>],
    ["READY", pod.ready],
    ["RESTARTS", pod.restarts],
    ["AGE", age((clock.value?.now ?? pod.created) - pod.created)],
    ["QoS", pod.qos],
    ["IP", pod.ip || gettext("none yet")],
    [gettext("Namespace"), pod.namespace],
    [gettext("Node"), node ? <NodeLink id={node.id} name={pod.node} /> : pod.node || gettext("none yet")],
  ];
  return (
    <dl class="pod-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Of a large cluster the page has only the pods that it has asked for: this one may be on its way. */
function Absent() {
  if (crowd.value) return <p>{gettext("Asking…")}</p>;
  return <p class="bad">{gettext("This pod is gone. What the log still holds of it is shown.")}</p>;
}

function NodeLink({ id, name }: { id: string; name: string }) {
  return (
    <button
      class="link"
      onClick={() => {
        select(id);
        showView("map");
      }}
    >
      {name}
    </button>
  );
}
