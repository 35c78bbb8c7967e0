// What can be told of each pod of a node without its sketch: one byte, as the arrays of a large cluster hold it.
import { lit } from "../app/spotlight";
import { QUALITIES, TROUBLED } from "../live/crowd";
import { PHASES, type NodeSketch, type PodSketch } from "../live/protocol";
import { crowd } from "../live/store";
import { trouble } from "../live/words";
import { matches, matchesSlot } from "./filter";
import { podsIn, slotsIn } from "./groups";

export const DIMMED = 1 << 7; // outside the filter or the light, and nothing is wrong with it

/** Whether neither the filter nor the light on other objects dims a pod. */
export const isLit = (pod: PodSketch): boolean => matches(pod) && (lit.peek()?.has(pod.id) ?? true);

const lookOf = (pod: PodSketch): number => PHASES.indexOf(pod.phase) | (QUALITIES.indexOf(pod.qos) << 3) | (trouble(pod) ? TROUBLED : 0);

export function looksOn(node: NodeSketch): number[] {
  const all = crowd.peek();
  const looks: number[] = [];
  if (all) {
    const dark = !(lit.peek()?.has(node.id) ?? true);
    for (const slot of slotsIn(node)) looks.push(all.look[slot]! | ((!dark && matchesSlot(slot)) || all.look[slot]! & TROUBLED ? 0 : DIMMED));
  } else {
    for (const pod of podsIn(node)) looks.push(lookOf(pod) | (isLit(pod) || trouble(pod) ? 0 : DIMMED));
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
