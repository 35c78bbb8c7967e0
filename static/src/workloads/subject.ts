// Which workload the view looks at: the selected object, or the workload above it. It is in the address.
import { computed } from "@preact/signals";
import { inAddress, select, selected } from "../app/state";
import { showView } from "../app/views";
import { isWorkload, type Sketch, type WorkloadSketch } from "../live/protocol";
import { objects, ownerOf, version } from "../live/store";

export const WITH_ROLLOUT = ["deployments.apps", "statefulsets.apps", "daemonsets.apps", "jobs.batch"];
export const WITH_HISTORY = ["deployments.apps", "statefulsets.apps", "daemonsets.apps"];

/** What it counts is pods that succeeded, not pods that are ready. */
export const isJob = (of: Sketch): boolean => of.resource === "jobs.batch";

const PARTS = ["rollout", "history", "owners"] as const;
export type Part = (typeof PARTS)[number];
const partName = inAddress("part");
export const part = computed<Part>(() => PARTS.find((one) => one === partName.value) ?? "rollout");
export const showPart = (name: string): void => void (partName.value = name === "rollout" ? "" : name);

const lastText = inAddress("last");
export const WINDOWS = ["", "300", "1800", "7200"];
export const last = computed<string>(() => WINDOWS.find((one) => one === lastText.value) ?? "");
export const showLast = (seconds: string): void => void (lastText.value = seconds);

export const subject = computed<WorkloadSketch | null>(() => {
  void version.value;
  for (let at: Sketch | null | undefined = selected.value; at; at = ownerOf(at)) {
    if (WITH_ROLLOUT.includes(at.resource) && isWorkload(at)) return at;
  }
  return null;
});

/** All workloads that nothing owns but a CronJob, by kind and name. */
export function workloads(): WorkloadSketch[] {
  void version.value;
  return [...objects.values()].filter((one): one is WorkloadSketch => WITH_ROLLOUT.includes(one.resource) && isWorkload(one));
}

export function showWorkload(of: Sketch): void {
  select(of.id);
  showView("workloads");
}
