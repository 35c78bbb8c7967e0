// What a presenter lights while the rest is dimmed: objects by their ids. Null: nothing is dimmed.
import { computed, signal } from "@preact/signals";
import { isPod, type Sketch } from "../live/protocol";
import { objects, ownerOf, version } from "../live/store";

export const spotlight = signal<ReadonlySet<string> | null>(null);

/** Parts of what is lit: a node's `cpu` or `memory`; and of the page: `queue`, `ribbon`. */
export const lightParts = signal<ReadonlySet<string>>(new Set());

/** The same with what belongs to it: the pods on a node, and what an owner made. */
export const lit = computed<ReadonlySet<string> | null>(() => {
  void version.value;
  const ids = spotlight.value;
  if (!ids?.size) return null;
  const found = new Set(ids);
  for (const sketch of objects.values()) {
    if ((isPod(sketch) && ids.has(`nodes//${sketch.node}`)) || ownersOf(sketch).some((id) => ids.has(id))) found.add(sketch.id);
  }
  return found;
});

function ownersOf(of: Sketch): string[] {
  const ids: string[] = [];
  for (let owner = ownerOf(of); owner && ids.length < 4; owner = ownerOf(owner)) ids.push(owner.id);
  return ids;
}
