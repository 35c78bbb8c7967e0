/// <reference types="vite/client" />
// All kinds that can be put into a cluster, one file each in `kinds/`.
import { gettext } from "../i18n/i18n";
import type { BuildKind, Group } from "./kind";

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

export const kindOf = (id: string): BuildKind => KINDS.find((one) => one.id === id)!;
