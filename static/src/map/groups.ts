// What the cards of the map stand for: nodes by zone, or zones, namespaces, owners. A card that is no node is made from
// what lies in it, in the shape of a node, so that it is drawn and chosen like one.
import { computed } from "@preact/signals";
import { inAddress } from "../app/state";
import { draft } from "../carry/carry";
import { gettext, fill } from "../i18n/i18n";
import type { NodeSketch, PodSketch, Sketch } from "../live/protocol";
import { addTo, noSums, type Sums } from "../live/crowd";
import { crowd, natural, nodes, nodesChanged, ownersByName, pods, podsOn, requestedOn, version } from "../live/store";
import type { Zone } from "./layout";

export const GROUPS = ["node", "zone", "namespace", "owner"] as const;
export type Grouping = (typeof GROUPS)[number];

export const GROUP_WORDS: Record<Grouping, () => string> = {
  node: () => gettext("by node"),
  zone: () => gettext("by zone"),
  namespace: () => gettext("by namespace"),
  owner: () => gettext("by owner"),
};

export const chosenGrouping = inAddress("group");

/** What is carried is put on a node: then there are nodes to see. */
export const grouping = computed<Grouping>(() => (draft.value ? "node" : (GROUPS.find((one) => one === chosenGrouping.value) ?? "node")));

interface Kept {
  of: string; // what it was made from
  zones: Zone[];
  members: Map<string, PodSketch[]>; // of cards that are no nodes, by name
  slots: Map<string, number[]>; // the same in a large cluster
  titles: Map<string, string>;
}

let kept: Kept = { of: "", zones: [], members: new Map(), slots: new Map(), titles: new Map() };

export function zones(): Zone[] {
  const by = grouping.peek();
  const of = by === "node" ? `node ${nodesChanged.n}` : `${by} ${version.peek()}`;
  if (kept.of !== of) {
    kept = { of, zones: [], members: new Map(), slots: new Map(), titles: new Map() };
    kept.zones = by === "node" ? byZone() : grouped(by);
  }
  if (by !== "node") return kept.zones;
  return kept.zones.map(({ name, nodes: held }) => ({ name, nodes: held.map((node) => nodes.get(node.name) ?? node) }));
}

export const isNodeCard = (node: NodeSketch): boolean => node.resource === "nodes";

/** What stands at the head of a card. */
export const titleOf = (node: NodeSketch): string => kept.titles.get(node.name) ?? node.name;

export function podsIn(node: NodeSketch): Iterable<PodSketch> {
  return (isNodeCard(node) ? podsOn.get(node.name)?.values() : kept.members.get(node.name)) ?? [];
}

/** The slots of a large cluster's pods. */
export function slotsIn(node: NodeSketch): ArrayLike<number> & { some(test: (slot: number) => boolean): boolean } & Iterable<number> {
  return isNodeCard(node) ? crowd.peek()!.on(node.name) : (kept.slots.get(node.name) ?? []);
}

export function requestedBy(node: NodeSketch): Sums {
  if (isNodeCard(node)) return requestedOn.get(node.name) ?? noSums();
  const sum = noSums();
  for (const pod of podsIn(node)) {
    if (pod.phase !== "Succeeded" && pod.phase !== "Failed") addTo(sum, pod, 1);
  }
  return sum;
}

const rank = (node: NodeSketch): number => (node.roles.includes("control-plane") ? 0 : 1);

/** The nodes by zone, the control plane first. */
function byZone(): Zone[] {
  const found = new Map<string, NodeSketch[]>();
  for (const node of nodes.values()) {
    if (!found.has(node.zone)) found.set(node.zone, []);
    found.get(node.zone)!.push(node);
  }
  // The nodes without a zone come last, unless nothing has one.
  const names = [...found.keys()].sort((a, b) => Number(!a) - Number(!b) || natural(a, b));
  return names.map((name) => ({
    name: name || gettext("no zone"),
    nodes: found.get(name)!.sort((a, b) => rank(a) - rank(b) || natural(a.name, b.name)),
  }));
}

interface Place {
  section: string;
  name: string;
  id: string; // of the object that the card stands for; a zone is none
  title?: string; // where the name says more than its section leaves open
}

function grouped(by: Grouping): Zone[] {
  const places = new Map<string, Place>();
  const owners = by === "owner" ? ownersByName() : null;
  const placeOf = (namespace: string, kind: string, owner: string, node: string): string => {
    const place = by === "zone" ? zoneOf(node) : by === "namespace" ? namespaceOf(namespace) : ownerOf(owners!, namespace, kind, owner);
    places.set(place.name, place);
    if (place.title) kept.titles.set(place.name, place.title);
    return place.name;
  };
  const all = crowd.peek();
  if (all) {
    const known = new Map<number, string>();
    for (let slot = 0; slot < all.size; slot++) {
      if ((all.look[slot]! & 7) === 7) continue;
      const key = by === "zone" ? all.node[slot]! : all.group[slot]!;
      let name = known.get(key);
      if (name === undefined) {
        const [namespace, kind, owner] = all.groups[all.group[slot]!]!;
        known.set(key, (name = placeOf(namespace, kind, owner, all.nodes[all.node[slot]!] ?? "")));
      }
      push(kept.slots, name, slot);
    }
  } else {
    for (const pod of pods.values()) push(kept.members, placeOf(pod.namespace, pod.owner?.kind ?? "", pod.owner?.name ?? pod.name, pod.node), pod);
  }
  const sections = new Map<string, NodeSketch[]>();
  for (const place of places.values()) push(sections, place.section, standIn(place, by));
  return [...sections].sort(([a], [b]) => natural(a, b)).map(([name, cards]) => ({ name, nodes: cards.sort((a, b) => natural(a.name, b.name)) }));
}

function push<K, V>(into: Map<K, V[]>, key: K, value: V): void {
  const held = into.get(key);
  if (held) held.push(value);
  else into.set(key, [value]);
}

const zoneOf = (node: string): Place => ({ section: gettext("Zones"), name: node ? nodes.get(node)?.zone || gettext("no zone") : gettext("on no node"), id: "" });
const namespaceOf = (name: string): Place => ({ section: gettext("Namespaces"), name, id: `namespaces//${name}` });

/** The owner at the top: of a ReplicaSet's pods the Deployment. */
function ownerOf(owners: Map<string, Sketch>, namespace: string, kind: string, name: string): Place {
  if (!kind) return { section: namespace, name: fill(gettext("%(namespace)s, without an owner"), { namespace }), id: "", title: gettext("without an owner") };
  let at = owners.get(`${kind}/${namespace}/${name}`);
  for (let steps = 0; at?.owner && steps < 4; steps++) at = owners.get(`${at.owner.kind}/${namespace}/${at.owner.name}`) ?? at;
  return { section: namespace, name: `${at?.kind ?? kind} ${namespace}/${at?.name ?? name}`, id: at?.id ?? "", title: `${at?.kind ?? kind} ${at?.name ?? name}` };
}

function standIn({ name, id }: Place, by: Grouping): NodeSketch {
  const whole = { cpu: 0, memory: 0, disk: 0 };
  if (by === "zone") {
    for (const node of nodes.values()) {
      if ((node.zone || gettext("no zone")) !== name) continue;
      whole.cpu += node.allocatable.cpu;
      whole.memory += node.allocatable.memory;
      whole.disk += node.allocatable.disk;
    }
  }
  const base = { id: id || `groups//${name}`, resource: "groups", kind: "", namespace: "", name, uid: "", revision: 0, zone: "", roles: [], taints: [], conditions: [] };
  return { ...base, ready: true, unschedulable: false, capacity: whole, allocatable: whole };
}
