// Traffic: clients that ask a Service, a pod or a host.
import { gettext } from "../../i18n/i18n";
import { all } from "../../live/store";
import { valueAt, withEdits, type Body } from "../body";
import type { BuildKind } from "../kind";
import { freeName } from "../names";
import { nameField } from "../templates";

const targetOf = (value: Body): string => Object.keys((valueAt(value, ["spec", "target"]) ?? {}) as object)[0] ?? "service";
const services = (): string[] => all("services").map((one) => one.name);

export const KIND: BuildKind = {
  id: "traffic",
  title: () => gettext("Traffic"),
  group: "disturb",
  order: 1,
  icon: "traffic",
  about: () => gettext("Clients that send requests until it is stopped."),
  resource: "traffics.sim.k8sviz.io",
  start: () => ({
    apiVersion: "sim.k8sviz.io/v1",
    kind: "Traffic",
    metadata: { name: freeName("clients", "traffics.sim.k8sviz.io", "default"), namespace: "default" },
    spec: { rate: "10", clients: 1 },
  }),
  fields: (value) => [
    nameField(),
    ...(targetOf(value) === "ingress"
      ? [{ type: "text" as const, label: () => gettext("Host"), path: ["spec", "target", "ingress", "host"] }]
      : [
          { type: "suggest" as const, label: () => (targetOf(value) === "pod" ? "Pod" : "Service"), path: ["spec", "target", targetOf(value), "name"], choices: services, hint: gettext("where it is put") },
          { type: "text" as const, label: () => gettext("Port"), path: ["spec", "target", targetOf(value), "port"], hint: "—" },
        ]),
    { type: "quantity", label: () => gettext("Requests a second"), path: ["spec", "rate"], hint: "10" },
    { type: "number", label: () => gettext("Clients"), path: ["spec", "clients"], hint: "1" },
    { type: "text", label: () => gettext("Path"), path: ["spec", "path"], hint: "/" },
    { type: "check", label: () => gettext("Keeps connections open"), path: ["spec", "keepAlive"] },
    { type: "number", label: () => gettext("Lasts, s"), path: ["spec", "durationSeconds"], hint: "∞" },
  ],
  places: (value) => (valueAt(value, ["spec", "target"]) === undefined ? ["service", "pod"] : ["service", "pod", "cluster"]),
  at: (value, place) => {
    if (place.kind !== "service" && place.kind !== "pod") return value;
    const held = valueAt(value, ["spec", "target", place.kind]) as object | undefined;
    return withEdits(value, [
      [["metadata", "namespace"], place.namespace],
      [["spec", "target"], { [place.kind]: { ...held, name: place.name } }],
    ]);
  },
  line: (value) => `${String(valueAt(value, ["spec", "rate"]) ?? "?")}/s`,
};
