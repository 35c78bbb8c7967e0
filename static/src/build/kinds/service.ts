// A Service, by default for the newest Deployment.
import { gettext } from "../../i18n/i18n";
import { all } from "../../live/store";
import { valueAt } from "../body";
import type { BuildKind } from "../kind";
import { freeName } from "../names";
import { nameField } from "../templates";

function start() {
  const workloads = ["deployments.apps", "statefulsets.apps"].flatMap((resource) => all(resource)).filter((one) => one.namespace === "default");
  const newest = workloads.sort((a, b) => b.revision - a.revision)[0]?.name ?? "web";
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: freeName(newest, "services", "default"), namespace: "default" },
    spec: { selector: { app: newest }, ports: [{ port: 80 }] },
  };
}

export const KIND: BuildKind = {
  id: "service",
  title: () => "Service",
  group: "network",
  order: 1,
  icon: "service",
  about: () => gettext("One name and address for all pods with certain labels."),
  resource: "services",
  start,
  fields: () => [
    nameField(),
    { type: "pairs", label: () => gettext("Selector"), path: ["spec", "selector"], hint: "app=web" },
    { type: "number", label: () => gettext("Port"), path: ["spec", "ports", 0, "port"], hint: "80" },
    { type: "text", label: () => gettext("Target port"), path: ["spec", "ports", 0, "targetPort"], hint: "80" },
    { type: "choice", label: () => gettext("Type"), path: ["spec", "type"], choices: () => ["ClusterIP", "NodePort", "LoadBalancer"], none: () => "ClusterIP" },
  ],
  places: () => ["cluster"],
  line: (value) => `:${String(valueAt(value, ["spec", "ports", 0, "port"]) ?? "")}`,
};
