// What a presenter lights while the rest is dimmed: objects by their ids. Null: nothing is dimmed.
import { computed, signal } from "@preact/signals";
import type { PodSketch } from "../live/protocol";
import { objects, ownerOf, version } from "../live/store";

export const spotlight = signal<ReadonlySet<string> | null>(null);

/** Parts of what is lit: a node's `cpu` or `memory`; and of the page: `queue`, `ribbon`. */
export const lightParts = signal<ReadonlySet<string>>(new Set());

/** The same with the pods of what is lit: those on a node, and those that an owner made. */
export const lit = computed<ReadonlySet<string> | null>(() => {
  void version.value;
  const ids = spotlight.value;
  if (!ids?.size) return null;
  const found = new Set(ids);
  for (const sketch of objects.values()) {
    if (sketch.resource !== "pods") continue;
    const pod = sketch as PodSketch;
    if (ids.has(`nodes//${pod.node}`) || ownersOf(pod).some((id) => ids.has(id))) found.add(pod.id);
  }
  return found;
});

function ownersOf(pod: PodSketch): string[] {
  const ids: string[] = [];
  for (let owner = ownerOf(pod); owner && ids.length < 4; owner = ownerOf(owner)) ids.push(owner.id);
  return ids;
}
