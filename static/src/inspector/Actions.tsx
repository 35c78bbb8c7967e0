// What can be done to the selected object: to delete it (to stop Traffic or a Fault), which takes a second click.
import { useState } from "preact/hooks";
import { showTab, tab } from "../app/state";
import { gettext, fill } from "../i18n/i18n";
import { objectUrl, send } from "../live/http";
import { NodeActions } from "../build/NodeActions";
import { isNode, isPod, type Sketch } from "../live/protocol";
import { Icon } from "../parts/Icon";
import { useSure } from "../parts/sure";

const STOPPED = new Set(["traffics.sim.k8sviz.io", "faults.sim.k8sviz.io"]);

export function Actions({ object }: { object: Sketch }) {
  return isNode(object) ? <NodeActions node={object} /> : <Delete object={object} />;
}

function Delete({ object }: { object: Sketch }) {
  const [sure, ask] = useSure();
  const [problem, setProblem] = useState("");
  const leaving = isPod(object) && object.phase === "Terminating";
  const remove = (): void => {
    setProblem("");
    send("DELETE", objectUrl(object.resource, object.namespace, object.name)).catch((error: Error) => setProblem(error.message));
  };
  return (
    <>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <footer class="actions">
        {isPod(object) && tab.value !== "why" && (
          <button class="button solid" onClick={() => showTab("why")}>
            {gettext("Why?")}
          </button>
        )}
        <button class={sure ? "button danger" : "button"} disabled={leaving} onClick={() => ask(remove)}>
          <Icon name="trash" size={14} />
          {sure ? gettext("Click again to delete") : STOPPED.has(object.resource) ? gettext("Stop and delete") : fill(gettext("Delete %(kind)s"), { kind: object.kind })}
        </button>
      </footer>
    </>
  );
}
