// What can be done to the selected object: to delete it, which takes a second click.
import { useEffect, useState } from "preact/hooks";
import { showTab, tab } from "../app/state";
import { gettext, fill } from "../i18n/i18n";
import { objectUrl, send } from "../live/http";
import { isPod, type Sketch } from "../live/protocol";
import { Icon } from "../parts/Icon";

const DELETABLE = new Set(["pods", "services", "deployments.apps", "replicasets.apps", "daemonsets.apps", "configmaps", "secrets"]);
const SURE_FOR = 4000; // ms in which the second click counts

export function Actions({ object }: { object: Sketch }) {
  const [sure, setSure] = useState(false);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    if (!sure) return undefined;
    const timer = setTimeout(() => setSure(false), SURE_FOR);
    return () => clearTimeout(timer);
  }, [sure]);
  if (!DELETABLE.has(object.resource)) return null;
  const leaving = isPod(object) && object.phase === "Terminating";
  const remove = (): void => {
    if (!sure) return setSure(true);
    setSure(false);
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
        <button class={sure ? "button danger" : "button"} disabled={leaving} onClick={remove}>
          <Icon name="trash" size={14} />
          {sure ? gettext("Click again to delete") : fill(gettext("Delete %(kind)s"), { kind: object.kind })}
        </button>
      </footer>
    </>
  );
}
