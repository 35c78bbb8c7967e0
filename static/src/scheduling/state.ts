// What the Scheduling view looks at. All of it is in the address.
import { computed } from "@preact/signals";
import { inAddress, select, selection } from "../app/state";
import { showView } from "../app/views";
import type { PodName } from "./doors";

export const PANELS = ["decision", "what-if", "fit", "configuration"] as const;
export type Panel = (typeof PANELS)[number];

const panelName = inAddress("panel");
export const panel = computed<Panel>(() => PANELS.find((one) => one === panelName.value) ?? "decision");
/** A past decision's revision in the log; empty: the newest. */
export const revision = inAddress("at");
export const sort = inAddress("sort"); // "" by total, else "name"
export const sought = inAddress("node"); // the filter's text
const predict = inAddress("predict");
export const predicting = computed(() => predict.value === "1");

/** The pod that is looked at: the selected object, if it is a pod. */
export const subject = computed<PodName | null>(() => {
  const [resource, namespace, name] = selection.value?.split("/") ?? [];
  return resource === "pods" && namespace && name ? { namespace, name } : null;
});

export function showPanel(name: Panel): void {
  panelName.value = name === "decision" ? "" : name;
}

export function togglePredict(): void {
  predict.value = predicting.value ? "" : "1";
}

/** Shows a decision about a pod; without a revision the newest. */
export function showDecision(pod: PodName, at: number | null = null): void {
  revision.value = at === null ? "" : String(at);
  showPanel("decision");
  select(`pods/${pod.namespace}/${pod.name}`);
  showView("scheduling");
}
