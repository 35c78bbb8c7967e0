// Which pod the Pod view looks at: the selected one, or the newest in trouble. What is selected is in the address.
import { computed } from "@preact/signals";
import { inAddress, select, selection } from "../app/state";
import { showView } from "../app/views";
import type { PodSketch, Sketch } from "../live/protocol";
import { events, natural, pods, version } from "../live/store";
import { trouble, unschedulable } from "../live/words";

const PARTS = ["logs", "exec", "events", "why"] as const;
export type Part = (typeof PARTS)[number];

const partName = inAddress("pod-part");
export const part = computed<Part>(() => PARTS.find((one) => one === partName.value) ?? "logs");
export const showPart = (name: string): void => void (partName.value = name === "logs" ? "" : name);

const lastText = inAddress("pod-last");
export const WINDOWS = [60, 300, 900, 3600]; // seconds
export const last = computed<number>(() => WINDOWS.find((one) => String(one) === lastText.value) ?? 300);
export const showLast = (seconds: number): void => void (lastText.value = seconds === 300 ? "" : String(seconds));

export const sought = inAddress("find-pod");

const isSystem = (pod: PodSketch): boolean => pod.namespace === "kube-system";
const ails = (pod: PodSketch): boolean => trouble(pod) !== "" || unschedulable(pod);

/** Those in trouble first, then the newest; the system's last. */
const byNeed = (a: PodSketch, b: PodSketch): number =>
  Number(ails(b)) - Number(ails(a)) || Number(isSystem(a)) - Number(isSystem(b)) || b.created - a.created || natural(a.name, b.name);

let kept = ""; // what was shown without anybody choosing it stays until it is gone

/** The id of the pod; empty where there is none to show. It may be that of a pod that is gone. */
export const subject = computed<string>(() => {
  void version.value;
  const id = selection.value ?? "";
  if (id.startsWith("pods/")) return id;
  const about = events.get(id)?.about ?? "";
  if (about.startsWith("pods/")) return about;
  if (!pods.has(kept)) kept = [...pods.values()].sort(byNeed).find((one) => ails(one) || !isSystem(one))?.id ?? "";
  return kept;
});

export function listed(most: number): PodSketch[] {
  void version.value;
  const wanted = sought.value.trim().toLowerCase();
  const found = [...pods.values()].filter((one) => !wanted || `${one.namespace}/${one.name} ${one.status} ${one.node}`.toLowerCase().includes(wanted));
  return found.sort(byNeed).slice(0, most);
}

export function showPod(id: string): void {
  select(id);
  showView("pod");
}

/** What stands for a pod that is no longer there. */
export function formerPod(id: string): Sketch {
  const [resource = "", namespace = "", name = ""] = id.split("/");
  return { id, resource, namespace, name, kind: "Pod", uid: "", revision: 0 };
}
