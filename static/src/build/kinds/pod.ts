// A Pod: onto a node by its name, or wherever the scheduler says.
import { pinned, requestOf } from "../../carry/pods";
import { gettext } from "../../i18n/i18n";
import { amounts } from "../../live/words";
import { valueAt, type Body, type Edit } from "../body";
import type { BuildKind } from "../kind";
import { baseName, freeName } from "../names";
import { containerFields, containerOf, nameField } from "../templates";

function start(image = "nginx"): Body {
  const name = freeName(baseName(image), "pods", "default");
  return { apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "default", labels: { app: name } }, spec: { containers: [containerOf(image)] } };
}

/** A name that still was the image's goes with it. */
function renamed(value: Body, image: unknown): Edit[] {
  const before = baseName(String(valueAt(value, ["spec", "containers", 0, "image"]) ?? ""));
  const { name = "", namespace = "default", labels } = value.metadata;
  if (!new RegExp(`^${before}(-\\d+)?$`).test(name)) return [];
  const next = freeName(baseName(String(image)), "pods", namespace);
  const edits: Edit[] = [[["metadata", "name"], next]];
  return labels?.app === name ? [...edits, [["metadata", "labels", "app"], next]] : edits;
}

export const KIND: BuildKind = {
  id: "pod",
  title: () => "Pod",
  group: "workloads",
  order: 1,
  icon: "pod",
  about: () => gettext("Containers that run together on one node. Nothing starts another one when it is gone."),
  resource: "pods",
  start,
  fields: () => [nameField([["metadata", "labels", "app"]]), ...containerFields([], renamed)],
  places: () => ["node", "cluster"],
  at: (value, place, past) => (place.kind === "node" ? pinned(value, place.name, past) : value),
  pod: (value) => value,
  line: (value) => amounts(requestOf(value)),
};
