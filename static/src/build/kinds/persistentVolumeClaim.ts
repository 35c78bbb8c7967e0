// A PersistentVolumeClaim.
import { gettext } from "../../i18n/i18n";
import { valueAt, type Path } from "../body";
import type { BuildKind } from "../kind";
import { freeName } from "../names";
import { nameField } from "../templates";

const SIZE: Path = ["spec", "resources", "requests", "storage"];

export const KIND: BuildKind = {
  id: "pvc",
  title: () => "PVC",
  group: "config",
  order: 3,
  icon: "pvc",
  about: () => gettext("PersistentVolumeClaim: asks for a disk that outlives the pods."),
  resource: "persistentvolumeclaims",
  start: () => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: freeName("data", "persistentvolumeclaims", "default"), namespace: "default" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  }),
  fields: () => [
    nameField(),
    { type: "quantity", label: () => gettext("Size"), path: SIZE, hint: "1Gi" },
    { type: "choice", label: () => gettext("Access"), path: ["spec", "accessModes", 0], choices: () => ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"] },
    { type: "text", label: () => gettext("Storage class"), path: ["spec", "storageClassName"], hint: "—" },
  ],
  places: () => ["cluster"],
  line: (value) => String(valueAt(value, SIZE) ?? ""),
};
