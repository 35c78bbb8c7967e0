// A Fault: what goes wrong, where and for how long.
import { gettext } from "../../i18n/i18n";
import { valueAt, withEdit, type Body, type Edit, type Path } from "../body";
import type { BuildKind, Field, PlaceKind } from "../kind";
import { freeName } from "../names";
import { nameField } from "../templates";

const TYPE: Path = ["spec", "type"];
const TARGET: Path = ["spec", "target"];

const number = (label: () => string, path: Path, hint = ""): Field => ({ type: "number", label, path, hint });

const TYPES: Record<string, { place: PlaceKind; fields: Field[] }> = {
  NodeCrash: { place: "node", fields: [] },
  NodeShutdown: { place: "node", fields: [] },
  KubeletStop: { place: "node", fields: [] },
  NetworkPartition: {
    place: "node",
    fields: [{ type: "choice", label: () => gettext("Cut off from"), path: ["spec", "networkPartition", "scope"], choices: () => ["All", "ControlPlane"], none: () => "All" }],
  },
  PacketLoss: { place: "node", fields: [number(() => gettext("Lost packets, %"), ["spec", "packetLoss", "percent"])] },
  DiskFill: {
    place: "node",
    fields: [number(() => gettext("Full, %"), ["spec", "diskFill", "percent"], "100"), number(() => gettext("Fills in, s"), ["spec", "diskFill", "durationSeconds"], "0")],
  },
  ZoneOutage: { place: "zone", fields: [] },
  RegistryOutage: { place: "cluster", fields: [] },
  SlowRegistry: {
    place: "cluster",
    fields: [
      { type: "quantity", label: () => gettext("Bytes a second"), path: ["spec", "slowRegistry", "bandwidth"], hint: "1Mi" },
      number(() => gettext("Begins later, ms"), ["spec", "slowRegistry", "latencyMilliseconds"], "0"),
    ],
  },
};

const typeOf = (value: Body): string => String(valueAt(value, TYPE) ?? "");
const REGISTRY: Field = { type: "text", label: () => gettext("Registry"), path: [...TARGET, "registry"], hint: "docker.io" };

/** With another type go the words of the old one. */
function retyped(value: Body, next: unknown): Edit[] {
  const foreign = ["networkPartition", "packetLoss", "diskFill", "slowRegistry", "target"].filter((key) => valueAt(value, ["spec", key]) !== undefined);
  const fresh: Edit[] = next === "PacketLoss" ? [[["spec", "packetLoss", "percent"], 30]] : [];
  return [...foreign.map((key): Edit => [["spec", key], undefined]), ...fresh];
}

export const KIND: BuildKind = {
  id: "fault",
  title: () => gettext("Fault"),
  group: "disturb",
  order: 2,
  icon: "fault",
  about: () => gettext("Something goes wrong for a while: a machine, a zone, a network, a disk, a registry."),
  resource: "faults.sim.k8sviz.io",
  start: () => ({
    apiVersion: "sim.k8sviz.io/v1",
    kind: "Fault",
    metadata: { name: freeName("trouble", "faults.sim.k8sviz.io", "") },
    spec: { type: "NodeCrash", durationSeconds: 120 },
  }),
  fields: (value) => [
    nameField(),
    { type: "choice", label: () => gettext("What goes wrong"), path: TYPE, choices: () => Object.keys(TYPES), also: retyped },
    ...(TYPES[typeOf(value)]?.fields ?? []),
    ...(TYPES[typeOf(value)]?.place === "cluster" ? [REGISTRY] : []),
    number(() => gettext("Begins in, s"), ["spec", "startAfterSeconds"], "0"),
    number(() => gettext("Lasts, s"), ["spec", "durationSeconds"], "∞"),
  ],
  places: (value) => [TYPES[typeOf(value)]?.place ?? "cluster"],
  at: (value, place) => {
    if (place.kind === "node") return withEdit(value, [TARGET, { nodeName: place.name }]);
    return place.kind === "zone" ? withEdit(value, [TARGET, { zone: place.name }]) : value;
  },
  line: typeOf,
};
