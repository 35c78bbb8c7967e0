// What is lit while the rest is dimmed: objects by their ids, by a presenter or by whoever looks. Null: nothing is dimmed.
import { computed, signal } from "@preact/signals";
import { isPod, type Sketch } from "../live/protocol";
import { objects, ownersByName, version } from "../live/store";
import { inAddress } from "./state";

/** What a presenter lights. */
export const presented = signal<ReadonlySet<string> | null>(null);

const ownText = inAddress("lit");
const BETWEEN = /,(?=[a-z0-9.-]+\/[^/]*\/)/; // a name may have a comma, a resource has none

/** What somebody lights by themselves, such as the objects of a chain of causes. It is in the address. */
export const ownLights = computed<string[]>(() => (ownText.value ? [...new Set(ownText.value.split(BETWEEN))] : []));

export function light(ids: Iterable<string>): void {
  ownText.value = [...ids].join(",");
}

/** What a presenter lights goes before what one lights by oneself. */
export const spotlight = computed<ReadonlySet<string> | null>(() => presented.value ?? (ownLights.value.length ? new Set(ownLights.value) : null));

/** Parts of what is lit: a node's `cpu` or `memory`; and of the page: `queue`, `ribbon`. */
export const lightParts = signal<ReadonlySet<string>>(new Set());

/** The same with what belongs to it: the pods on a node, and what an owner made. */
export const lit = computed<ReadonlySet<string> | null>(() => {
  void version.value;
  const ids = spotlight.value;
  if (!ids?.size) return null;
  const found = new Set(ids);
  const owners = ownersByName();
  for (const sketch of objects.values()) {
    if ((isPod(sketch) && ids.has(`nodes//${sketch.node}`)) || ownersOf(sketch, owners).some((id) => ids.has(id))) found.add(sketch.id);
  }
  return found;
});

function ownersOf(of: Sketch, owners: Map<string, Sketch>): string[] {
  const ids: string[] = [];
  const above = ({ owner, namespace }: Sketch): Sketch | undefined => (owner ? owners.get(`${owner.kind}/${namespace}/${owner.name}`) : undefined);
  for (let owner = above(of); owner && ids.length < 4; owner = above(owner)) ids.push(owner.id);
  return ids;
}
