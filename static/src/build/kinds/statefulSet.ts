// A StatefulSet.
import { gettext } from "../../i18n/i18n";
import { valueAt } from "../body";
import type { BuildKind } from "../kind";
import { containerFields, POD_TEMPLATE, podAt, workload, workloadName } from "../templates";

export const KIND: BuildKind = {
  id: "statefulset",
  title: () => "StatefulSet",
  group: "workloads",
  order: 3,
  icon: "statefulset",
  about: () => gettext("Keeps pods with fixed names, one after another: name-0, name-1, …"),
  resource: "statefulsets.apps",
  start: () => {
    const made = workload("apps/v1", "StatefulSet", "statefulsets.apps", "db", "redis", { replicas: 2 });
    return { ...made, spec: { serviceName: made.metadata.name, ...(made.spec as object) } };
  },
  fields: () => [
    workloadName(),
    { type: "number", label: () => gettext("Replicas"), path: ["spec", "replicas"], hint: "1" },
    { type: "text", label: () => gettext("Service"), path: ["spec", "serviceName"] },
    {
      type: "choice",
      label: () => gettext("Order"),
      path: ["spec", "podManagementPolicy"],
      choices: () => ["OrderedReady", "Parallel"],
      none: () => "OrderedReady",
    },
    ...containerFields(POD_TEMPLATE),
  ],
  places: () => ["cluster"],
  pod: podAt(POD_TEMPLATE),
  line: (value) => `× ${String(valueAt(value, ["spec", "replicas"]) ?? 1)}`,
};
