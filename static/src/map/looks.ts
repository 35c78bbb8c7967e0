// What can be told of each pod of a node without its sketch: one byte, as the arrays of a large cluster hold it.
import { QUALITIES, TROUBLED } from "../live/crowd";
import { PHASES, type NodeSketch, type PodSketch } from "../live/protocol";
import { crowd } from "../live/store";
import { trouble } from "../live/words";
import { matches, matchesSlot } from "./filter";
import { podsIn, slotsIn } from "./groups";

export const DIMMED = 1 << 7; // outside the filter, and nothing is wrong with it

const lookOf = (pod: PodSketch): number => PHASES.indexOf(pod.phase) | (QUALITIES.indexOf(pod.qos) << 3) | (trouble(pod) ? TROUBLED : 0);

export function looksOn(node: NodeSketch): number[] {
  const all = crowd.peek();
  const looks: number[] = [];
  if (all) {
    for (const slot of slotsIn(node)) looks.push(all.look[slot]! | (matchesSlot(slot) || all.look[slot]! & TROUBLED ? 0 : DIMMED));
  } else {
    for (const pod of podsIn(node)) looks.push(lookOf(pod) | (matches(pod) || trouble(pod) ? 0 : DIMMED));
  }
  return looks;
}

/** Whether something on the node is wrong. */
export function isTroubled(node: NodeSketch): boolean {
  if (!node.ready) return true;
  const all = crowd.peek();
  if (all && node.resource === "nodes") return all.isTroubled(node.name);
  if (all) return slotsIn(node).some((slot) => (all.look[slot]! & TROUBLED) !== 0);
  for (const pod of podsIn(node)) if (trouble(pod)) return true;
  return false;
}
