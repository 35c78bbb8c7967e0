// What the board says when there is nothing to draw yet: loading, no nodes, nodes but no pods.
import { select } from "../app/state";
import { draft, lift } from "../carry/carry";
import { gettext, fill } from "../i18n/i18n";
import { connection } from "../live/socket";
import { nodes, podCount, pods, version, waiting } from "../live/store";
import { unschedulable } from "../live/words";
import { Icon } from "../parts/Icon";
import { PodTile } from "../parts/PodTile";

export function Skeleton({ done, of }: { done?: number; of?: number }) {
  return (
    <div class="skeleton" role="img" aria-label={gettext("Loading the cluster")}>
      {of ? (
        <p class="reading">
          {gettext("Reading a large cluster")} <b>{fill(gettext("%(n)s of %(all)s pods"), { n: (done ?? 0).toLocaleString("en"), all: of.toLocaleString("en") })}</b>
          <progress value={done} max={of} />
        </p>
      ) : null}
      {[0, 1, 2, 3, 4, 5].map((at) => (
        <div key={at}>
          <i />
          <i />
          <i />
          <span>
            {[0, 1, 2, 3, 4, 5].map((tile) => (
              <i key={tile} />
            ))}
          </span>
        </div>
      ))}
    </div>
  );
}

export function NoNodes({ label }: { label: string }) {
  return (
    <div class="empty over">
      <Icon name="node" size={40} />
      <h2>{label}</h2>
      <p>{gettext("A cluster needs somewhere to run pods. Apply a Node with kubectl, or reset the cluster.")}</p>
      <button class="button on-board solid" onClick={() => lift("node")}>
        {gettext("Add a Node")}
      </button>
    </div>
  );
}

export function FirstPod() {
  void version.value;
  const own = podCount() > pods.size || [...pods.values()].some((pod) => pod.namespace !== "kube-system");
  if (own || draft.value || !nodes.size || connection.value.state !== "live") return null;
  return (
    <div class="first-pod">
      <p>
        <b>{gettext("Ready for a first pod.")}</b> {gettext("Drag one from the left, press P, or use kubectl.")}
      </p>
      <button class="button on-board" onClick={() => lift()}>
        {gettext("Carry a Pod")}
      </button>
    </div>
  );
}

/** On a phone, which has no left column: how many pods wait for a node; a touch leads to the first. */
export function PendingStrip() {
  void version.value;
  const pods = [...waiting.values()];
  if (!pods.length) return null;
  const stuck = pods.filter(unschedulable);
  return (
    <button class="pending-strip" onClick={() => select((stuck[0] ?? pods[0]!).id, "why")}>
      {pods.slice(0, 2).map((pod) => (
        <PodTile key={pod.id} pod={pod} size={24} />
      ))}
      <span>
        <b>{fill(gettext("%(n)s pending"), { n: pods.length })}</b> {stuck.length > 0 && fill(gettext("%(n)s unschedulable"), { n: stuck.length })}
      </span>
      <Icon name="right" />
    </button>
  );
}
