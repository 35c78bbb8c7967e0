// A taint: added to those that a node has.
import { gettext } from "../../i18n/i18n";
import { valueAt, type Body, type Path } from "../body";
import type { BuildKind } from "../kind";
import { changeTaints, type Taint } from "../taints";

const TAINT: Path = ["spec", "taints", 0];

export const KIND: BuildKind = {
  id: "taint",
  title: () => gettext("Taint"),
  group: "cluster",
  order: 2,
  icon: "refused",
  about: () => gettext("Keeps pods off a node, except for those that tolerate it."),
  resource: "nodes",
  start: () => ({ apiVersion: "v1", kind: "Node", metadata: {}, spec: { taints: [{ key: "dedicated", value: "batch", effect: "NoSchedule" }] } }),
  fields: () => [
    { type: "text", label: () => gettext("Key"), path: [...TAINT, "key"], hint: "dedicated" },
    { type: "text", label: () => gettext("Value"), path: [...TAINT, "value"], hint: "—" },
    { type: "choice", label: () => gettext("Effect"), path: [...TAINT, "effect"], choices: () => ["NoSchedule", "PreferNoSchedule", "NoExecute"] },
  ],
  places: () => ["node"],
  at: (value, place) => ({ ...value, metadata: { ...value.metadata, name: place.name } }),
  line: (value) => String(valueAt(value, [...TAINT, "effect"]) ?? ""),
  put: async (value: Body, place, dryRun) => {
    const added = (valueAt(value, ["spec", "taints"]) ?? []) as Taint[];
    const same = (one: Taint): boolean => added.some((mine) => mine.key === one.key && mine.effect === one.effect);
    // Ours come first: an error about the first of the list is about the one in the form.
    await changeTaints(place.name, (held) => [...added, ...held.filter((one) => !same(one))], dryRun);
    return `nodes//${place.name}`;
  },
};
