// A Secret, written in plain text: the API server encodes it.
import { gettext } from "../../i18n/i18n";
import type { BuildKind } from "../kind";
import { freeName } from "../names";
import { nameField } from "../templates";

export const KIND: BuildKind = {
  id: "secret",
  title: () => "Secret",
  group: "config",
  order: 2,
  icon: "secret",
  about: () => gettext("Like a ConfigMap, for what not everybody may read."),
  resource: "secrets",
  start: () => ({ apiVersion: "v1", kind: "Secret", metadata: { name: freeName("login", "secrets", "default"), namespace: "default" }, stringData: { password: "change-me" } }),
  fields: () => [
    nameField(),
    { type: "suggest", label: () => gettext("Type"), path: ["type"], hint: "Opaque", choices: () => ["Opaque", "kubernetes.io/basic-auth", "kubernetes.io/tls"] },
    { type: "pairs", label: () => gettext("Data"), path: ["stringData"], hint: "KEY=value" },
  ],
  places: () => ["cluster"],
};
