/// <reference types="vite/client" />
// All kinds that can be put into a cluster, one file each in `kinds/`.
import { gettext } from "../i18n/i18n";
import { config } from "../app/config";
import type { Body } from "./body";
import type { BuildKind, Group } from "./kind";
import { nameField } from "./templates";

const modules = import.meta.glob<{ KIND: BuildKind }>("./kinds/*.ts", { eager: true });

export const GROUPS: readonly { group: Group; title: () => string }[] = [
  { group: "workloads", title: () => gettext("Workloads") },
  { group: "network", title: () => gettext("Network") },
  { group: "config", title: () => gettext("Configuration") },
  { group: "cluster", title: () => gettext("Cluster") },
  { group: "disturb", title: () => gettext("Disturb") },
];

const rank = (kind: BuildKind): number => GROUPS.findIndex(({ group }) => group === kind.group) * 100 + kind.order;

export const KINDS: readonly BuildKind[] = Object.values(modules).map(({ KIND }) => KIND).sort((a, b) => rank(a) - rank(b));

/** What a body is: one of our kinds, or any other that the API serves, of which only the name is known. */
export function kindFor(body: Body): BuildKind {
  const [version, group = ""] = body.apiVersion.split("/").reverse();
  const served = config.kinds.find((one) => one.kind === body.kind && one.group === group && one.version === version);
  const known = KINDS.find(({ resource }) => resource === served?.resource);
  return known ?? { id: "other", title: () => body.kind, group: "config", order: 0, icon: "object", about: () => "", resource: served?.resource ?? "", start: () => body, fields: () => [nameField()], places: () => ["cluster"] };
}

export const kindOf = (id: string): BuildKind => KINDS.find((one) => one.id === id)!;
