// What can be done to a workload, each by the same request to the API that kubectl makes; what kubectl refuses is refused in its words.
import { objectUrl, send } from "../live/http";
import type { Sketch } from "../live/protocol";
import { shownNow } from "../live/clock";
import type { Undo } from "./doors";

const STRATEGIC = "application/strategic-merge-patch+json";
const urlOf = (of: Sketch): string => objectUrl(of.resource, of.namespace, of.name);

export const pause = (of: Sketch, paused: boolean): Promise<unknown> => send("PATCH", urlOf(of), { spec: { paused } }, STRATEGIC);

/** As kubectl rollout restart does: an annotation in the template, which makes it another one. */
export function restart(of: Sketch, paused: boolean): Promise<unknown> {
  if (paused) return Promise.reject(new Error("can't restart paused deployment (run rollout resume first)"));
  const at = new Date(shownNow() / 1000).toISOString().replace(/\.\d+Z$/, "Z");
  return send("PATCH", urlOf(of), { spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": at } } } } }, STRATEGIC);
}

export const scale = (of: Sketch, replicas: number): Promise<unknown> => send("PATCH", `${urlOf(of)}/scale`, { spec: { replicas } }, "application/merge-patch+json");

/** As kubectl rollout undo does. */
export function undo(of: Sketch, to: Undo, paused: boolean): Promise<unknown> {
  if (paused) return Promise.reject(new Error("cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"));
  return send("PATCH", urlOf(of), to.patch, to.contentType);
}
