// The buttons of a workload: pause and resume, restart, the number of replicas.
import { gettext } from "../i18n/i18n";
import type { WorkloadSketch } from "../live/protocol";
import { Icon } from "../parts/Icon";
import { useSure } from "../parts/sure";
import { pause, restart, scale } from "./acts";
import type { Rollout } from "./doors";
import { WITH_HISTORY } from "./subject";

const SCALED = ["deployments.apps", "statefulsets.apps"];

export function Doings({ workload, told, onAct }: { workload: WorkloadSketch; told: Rollout; onAct: (act: Promise<unknown>) => void }) {
  const [sure, ask] = useSure();
  const { desired } = workload;
  return (
    <div class="doings">
      {SCALED.includes(workload.resource) && (
        <div class="replicas" role="group" aria-label={gettext("Replicas")}>
          <span>{gettext("Replicas")}</span>
          <button class="icon-button" disabled={desired <= 0} aria-label={gettext("One less")} onClick={() => onAct(scale(workload, desired - 1))}>
            <Icon name="minus" />
          </button>
          <output>{desired}</output>
          <button class="icon-button" aria-label={gettext("One more")} onClick={() => onAct(scale(workload, desired + 1))}>
            <Icon name="plus" />
          </button>
        </div>
      )}
      {workload.resource === "deployments.apps" && (
        <button class="button" onClick={() => onAct(pause(workload, !told.paused))}>
          {told.paused ? gettext("Resume the rollout") : gettext("Pause the rollout")}
        </button>
      )}
      {WITH_HISTORY.includes(workload.resource) && (
        <button class={sure ? "button danger" : "button"} onClick={() => ask(() => onAct(restart(workload, told.paused)))}>
          {sure ? gettext("Click again to restart") : gettext("Restart")}
        </button>
      )}
    </div>
  );
}
