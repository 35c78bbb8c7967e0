// A ConfigMap.
import { gettext } from "../../i18n/i18n";
import type { BuildKind } from "../kind";
import { freeName } from "../names";
import { nameField } from "../templates";

export const KIND: BuildKind = {
  id: "configmap",
  title: () => "ConfigMap",
  group: "config",
  order: 1,
  icon: "configmap",
  about: () => gettext("Settings that pods read as variables or files."),
  resource: "configmaps",
  start: () => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: freeName("settings", "configmaps", "default"), namespace: "default" }, data: { LEVEL: "info" } }),
  fields: () => [nameField(), { type: "pairs", label: () => gettext("Data"), path: ["data"], hint: "KEY=value" }],
  places: () => ["cluster"],
};
