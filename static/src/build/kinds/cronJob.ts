// A CronJob.
import { gettext } from "../../i18n/i18n";
import { valueAt } from "../body";
import type { BuildKind } from "../kind";
import { freeName } from "../names";
import { containerFields, containerOf, JOB_TEMPLATE, nameField, podAt } from "../templates";

export const KIND: BuildKind = {
  id: "cronjob",
  title: () => "CronJob",
  group: "workloads",
  order: 6,
  icon: "cronjob",
  about: () => gettext("Makes a Job again and again, by a schedule."),
  resource: "cronjobs.batch",
  start: () => ({
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: freeName("nightly", "cronjobs.batch", "default"), namespace: "default" },
    spec: { schedule: "*/5 * * * *", jobTemplate: { spec: { template: { spec: { restartPolicy: "OnFailure", containers: [containerOf("busybox", ["sleep", "20"])] } } } } },
  }),
  fields: () => [
    nameField(),
    { type: "text", label: () => gettext("Schedule"), path: ["spec", "schedule"], hint: "*/5 * * * *" },
    { type: "text", label: () => gettext("Time zone"), path: ["spec", "timeZone"], hint: "Asia/Shanghai" },
    {
      type: "choice",
      label: () => gettext("If one still runs"),
      path: ["spec", "concurrencyPolicy"],
      choices: () => ["Allow", "Forbid", "Replace"],
      none: () => "Allow",
    },
    { type: "check", label: () => gettext("Suspended"), path: ["spec", "suspend"] },
    ...containerFields(JOB_TEMPLATE),
  ],
  places: () => ["cluster"],
  pod: podAt(JOB_TEMPLATE),
  line: (value) => String(valueAt(value, ["spec", "schedule"]) ?? ""),
};
