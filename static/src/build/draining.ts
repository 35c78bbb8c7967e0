// What kubectl cordon, drain and delete do to a node: marks it, evicts its pods through the API, takes the object away.
import { getJson, objectUrl, Refusal, send } from "../live/http";
import { isPod, type PodSketch } from "../live/protocol";
import { onChanges, podsOn } from "../live/store";
import type { Body } from "./body";

const TERMINATE = "sim.k8sviz.io/terminate";
const SCHEME = "sim://";
const RETRY_AFTER = 2000; // ms, after a disruption budget said no

export const cordon = (node: string, unschedulable: boolean): Promise<unknown> =>
  send("PATCH", objectUrl("nodes", "", node), { spec: { unschedulable: unschedulable || null } }, "application/merge-patch+json");

/** Mirror pods and those of DaemonSets stay, as with kubectl drain --ignore-daemonsets. */
const leaves = (pod: PodSketch): boolean => pod.owner?.kind !== "DaemonSet" && pod.owner?.kind !== "Node";

export const toEvict = (node: string): PodSketch[] => [...(podsOn.get(node)?.values() ?? [])].filter(leaves);

async function evict(pod: PodSketch): Promise<void> {
  const { namespace, name } = pod;
  const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } };
  await send("POST", `${objectUrl("pods", namespace, name)}/eviction`, body);
}

/** Evicts until none is left; `tell` hears how many still are, and what a disruption budget says. Ends when `goesOn` says no. */
export async function drain(node: string, tell: (left: number, held: string) => void, goesOn: () => boolean): Promise<boolean> {
  await cordon(node, true);
  const asked = new Set<string>();
  for (;;) {
    let held = "";
    for (const pod of toEvict(node)) {
      if (!goesOn()) return false;
      if (asked.has(pod.uid)) continue;
      try {
        await evict(pod);
        asked.add(pod.uid);
      } catch (error) {
        if (!(error instanceof Refusal) || (error.code !== 429 && error.code !== 404)) throw error;
        if (error.code === 429) held = error.message;
      }
    }
    const left = toEvict(node).length;
    tell(left, held);
    if (!left) return true;
    await nextChange(node, held ? RETRY_AFTER : 10 * RETRY_AFTER);
    if (!goesOn()) return false;
  }
}

/** Until a pod of the node changes, at most so long. */
function nextChange(node: string, most: number): Promise<void> {
  return new Promise((go) => {
    const done = (): void => {
      clearTimeout(timer);
      end();
      go();
    };
    const timer = setTimeout(done, most);
    const end = onChanges((changes) => {
      if (changes.some(({ before }) => before && isPod(before) && before.node === node)) done();
    });
  });
}

/** A machine of a NodeGroup is given back to the cloud, which then takes the Node away; else the Node is deleted. */
export async function remove(node: string): Promise<void> {
  const url = objectUrl("nodes", "", node);
  const body = await getJson<Body>(url);
  const identity = String((body.spec as { providerID?: string } | undefined)?.providerID ?? "");
  if (identity.startsWith(SCHEME)) await giveBack(identity.slice(SCHEME.length).split("/")[0]!, node);
  else await send("DELETE", url);
}

async function giveBack(group: string, node: string): Promise<void> {
  const url = objectUrl("nodegroups.sim.k8sviz.io", "", group);
  const { metadata, spec } = await getJson<{ metadata: { resourceVersion: string; annotations?: Record<string, string> }; spec: { size: number; minSize?: number } }>(url);
  const asked = metadata.annotations?.[TERMINATE]?.split(",").filter(Boolean) ?? [];
  if (asked.includes(node)) return;
  const annotations = { [TERMINATE]: [...asked, node].join(",") };
  await send("PATCH", url, { metadata: { resourceVersion: metadata.resourceVersion, annotations }, spec: { size: Math.max(0, spec.size - 1) } }, "application/merge-patch+json");
}
