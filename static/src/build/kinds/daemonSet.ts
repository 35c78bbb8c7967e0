// A DaemonSet.
import { gettext } from "../../i18n/i18n";
import type { BuildKind } from "../kind";
import { containerFields, POD_TEMPLATE, podAt, workload, workloadName } from "../templates";

export const KIND: BuildKind = {
  id: "daemonset",
  title: () => "DaemonSet",
  group: "workloads",
  order: 4,
  icon: "daemonset",
  about: () => gettext("Keeps one pod on each node that its pods may run on."),
  resource: "daemonsets.apps",
  start: () => workload("apps/v1", "DaemonSet", "daemonsets.apps", "agent", "busybox", {}),
  fields: () => [workloadName(), ...containerFields(POD_TEMPLATE)],
  places: () => ["cluster"],
  pod: podAt(POD_TEMPLATE),
  line: () => gettext("one on each node"),
};
