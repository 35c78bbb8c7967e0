// A HorizontalPodAutoscaler on CPU.
import { gettext } from "../../i18n/i18n";
import { all } from "../../live/store";
import { valueAt, type Path } from "../body";
import type { BuildKind } from "../kind";
import { freeName } from "../names";
import { nameField } from "../templates";

const RESOURCE = "horizontalpodautoscalers.autoscaling";
const METRIC: Path = ["spec", "metrics", 0, "resource"];
const deployments = (): string[] => all("deployments.apps").filter((one) => one.namespace !== "kube-system").map((one) => one.name);

function start() {
  const target = deployments()[0] ?? "web";
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: freeName(target, RESOURCE, "default"), namespace: "default" },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: target },
      minReplicas: 1,
      maxReplicas: 10,
      metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } } }],
    },
  };
}

export const KIND: BuildKind = {
  id: "hpa",
  title: () => "HPA",
  group: "workloads",
  order: 7,
  icon: "hpa",
  about: () => gettext("HorizontalPodAutoscaler: changes the number of replicas by what the pods use."),
  resource: RESOURCE,
  start,
  fields: () => [
    nameField(),
    { type: "suggest", label: () => "Deployment", path: ["spec", "scaleTargetRef", "name"], choices: deployments },
    { type: "number", label: () => gettext("Fewest replicas"), path: ["spec", "minReplicas"], hint: "1" },
    { type: "number", label: () => gettext("Most replicas"), path: ["spec", "maxReplicas"] },
    { type: "choice", label: () => gettext("Metric"), path: [...METRIC, "name"], choices: () => ["cpu", "memory"] },
    { type: "number", label: () => gettext("Target, % of request"), path: [...METRIC, "target", "averageUtilization"], hint: "50" },
  ],
  places: () => ["cluster"],
  line: (value) => `${String(valueAt(value, ["spec", "minReplicas"]) ?? 1)} – ${String(valueAt(value, ["spec", "maxReplicas"]) ?? "?")}`,
};
