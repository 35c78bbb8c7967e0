// A node: a machine that the simulated cloud boots, as a group of one or more equal ones.
import { gettext } from "../../i18n/i18n";
import { nodes } from "../../live/store";
import { valueAt, withEdit, type Path } from "../body";
import type { BuildKind } from "../kind";
import { freeName } from "../names";
import { nameField } from "../templates";

const MACHINE: Path = ["spec", "template"];
const zones = (): string[] => [...new Set([...nodes.values()].map((node) => node.zone))].filter(Boolean).sort();

export const KIND: BuildKind = {
  id: "node",
  title: () => gettext("Node"),
  group: "cluster",
  order: 1,
  icon: "node",
  about: () => gettext("A new machine. The cloud boots it as part of a NodeGroup, then its kubelet registers a Node."),
  resource: "nodegroups.sim.k8sviz.io",
  start: () => ({
    apiVersion: "sim.k8sviz.io/v1",
    kind: "NodeGroup",
    metadata: { name: freeName("extra", "nodegroups.sim.k8sviz.io", "") },
    spec: { size: 1, maxSize: 10, bootSeconds: 5, template: { cpu: "4", memory: "8Gi", zone: zones()[0] } },
  }),
  fields: () => [
    nameField(),
    { type: "number", label: () => gettext("Machines"), path: ["spec", "size"], hint: "0" },
    { type: "quantity", label: () => "CPU", path: [...MACHINE, "cpu"], hint: "4" },
    { type: "quantity", label: () => gettext("Memory"), path: [...MACHINE, "memory"], hint: "16Gi" },
    { type: "number", label: () => gettext("Most pods"), path: [...MACHINE, "pods"], hint: "110" },
    { type: "suggest", label: () => gettext("Zone"), path: [...MACHINE, "zone"], choices: zones, hint: "zone-c" },
    { type: "number", label: () => gettext("Boots in, s"), path: ["spec", "bootSeconds"], hint: "60" },
  ],
  places: () => ["zone", "cluster"],
  at: (value, place) => (place.kind === "zone" ? withEdit(value, [[...MACHINE, "zone"], place.name || undefined]) : value),
  line: (value) => `${String(valueAt(value, [...MACHINE, "cpu"]) ?? 4)} CPU · ${String(valueAt(value, [...MACHINE, "memory"]) ?? "16Gi")}`,
};
