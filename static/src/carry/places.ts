// The places where what is carried may be put, as the cluster is now.
import { gettext, fill } from "../i18n/i18n";
import type { Place, PlaceKind } from "../build/kind";
import type { Hit } from "../map/layout";
import { all, natural, nodes, pods } from "../live/store";
import { CLUSTER, draft, type Draft } from "./carry";

const isSystem = ({ namespace, name }: Place): boolean => namespace === "kube-system" || (namespace === "default" && name === "kubernetes");
const systemLast = (a: Place, b: Place): number => Number(isSystem(a)) - Number(isSystem(b));

const FOUND: Record<PlaceKind, () => Place[]> = {
  cluster: () => [CLUSTER],
  node: () => [...nodes.values()].map(({ name }) => ({ kind: "node", name })),
  zone: () => [...new Set([...nodes.values()].map((node) => node.zone))].filter(Boolean).sort(natural).map((name) => ({ kind: "zone", name })),
  service: () => all("services").map(({ name, namespace }) => ({ kind: "service" as const, name, namespace })).sort(systemLast),
  pod: () => [...pods.values()].filter((pod) => pod.phase === "Running").map(({ name, namespace }) => ({ kind: "pod" as const, name, namespace })).sort(systemLast),
};

/** In the order in which the kind names them. */
export const placesFor = (held: Draft): Place[] => held.about.places(held.value).flatMap((kind) => FOUND[kind]());

export const same = (a: Place | null, b: Place | null): boolean => a?.kind === b?.kind && a?.name === b?.name && a?.namespace === b?.namespace;

/** What "Put it here" is called for a place, for those who do not see where it stands. */
export function putWords(place: Place): string {
  if (place.kind === "cluster") return gettext("Put it here: the cluster");
  return fill(gettext("Put it here: %(node)s"), { node: place.name });
}

/** The place under the pointer that takes it: the nearest one round that point of the map. */
export function placeAt(found: Hit | null): Place | null {
  const held = draft.value;
  if (!held) return null;
  const takes = held.about.places(held.value);
  const pod = found?.cell?.pod;
  const node = found?.card.node;
  if (pod && takes.includes("pod")) return { kind: "pod", name: pod.name, namespace: pod.namespace };
  if (node && takes.includes("node")) return { kind: "node", name: node.name };
  if (node?.zone && takes.includes("zone")) return { kind: "zone", name: node.zone };
  return takes.includes("cluster") ? CLUSTER : null;
}

export const takesCluster = (): boolean => draft.value?.about.places(draft.value.value).includes("cluster") ?? false;

/** What it means to put it on the map and on nothing in particular. */
export const anywhere = (): string => (draft.value?.value.kind === "Pod" ? gettext("let the scheduler choose") : gettext("create it"));
