// A Deployment.
import { gettext } from "../../i18n/i18n";
import { valueAt } from "../body";
import type { BuildKind } from "../kind";
import { containerFields, POD_TEMPLATE, podAt, workload, workloadName } from "../templates";

export const KIND: BuildKind = {
  id: "deployment",
  title: () => "Deployment",
  group: "workloads",
  order: 2,
  icon: "deployment",
  about: () => gettext("Keeps a number of equal pods, and replaces them step by step when their template changes."),
  resource: "deployments.apps",
  start: () => workload("apps/v1", "Deployment", "deployments.apps", "web", "nginx", { replicas: 3 }),
  fields: () => [workloadName(), { type: "number", label: () => gettext("Replicas"), path: ["spec", "replicas"], hint: "1" }, ...containerFields(POD_TEMPLATE)],
  places: () => ["cluster"],
  pod: podAt(POD_TEMPLATE),
  line: (value) => `× ${String(valueAt(value, ["spec", "replicas"]) ?? 1)}`,
};
