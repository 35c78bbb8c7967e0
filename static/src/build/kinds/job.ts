// A Job.
import { gettext } from "../../i18n/i18n";
import type { BuildKind } from "../kind";
import { freeName } from "../names";
import { containerFields, containerOf, nameField, POD_TEMPLATE, podAt } from "../templates";

export const KIND: BuildKind = {
  id: "job",
  title: () => "Job",
  group: "workloads",
  order: 5,
  icon: "job",
  about: () => gettext("Runs pods until enough of them have succeeded."),
  resource: "jobs.batch",
  start: () => ({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: freeName("task", "jobs.batch", "default"), namespace: "default" },
    spec: { completions: 1, backoffLimit: 6, template: { spec: { restartPolicy: "Never", containers: [containerOf("busybox", ["sleep", "20"])] } } },
  }),
  fields: () => [
    nameField(),
    { type: "number", label: () => gettext("Completions"), path: ["spec", "completions"], hint: "1" },
    { type: "number", label: () => gettext("Parallelism"), path: ["spec", "parallelism"], hint: "1" },
    { type: "number", label: () => gettext("Back-off limit"), path: ["spec", "backoffLimit"], hint: "6" },
    { type: "choice", label: () => gettext("When it fails"), path: [...POD_TEMPLATE, "spec", "restartPolicy"], choices: () => ["Never", "OnFailure"] },
    ...containerFields(POD_TEMPLATE),
  ],
  places: () => ["cluster"],
  pod: podAt(POD_TEMPLATE),
};
