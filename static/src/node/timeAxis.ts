// How far apart the marks of a time axis are.
import type { Micros } from "../live/protocol";

const STEPS = [5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200]; // seconds
const MOST = 7;

/** So that no more than seven of them stand on an axis of this length. */
export function step(length: Micros): Micros {
  const found = STEPS.find((one) => length / (one * 1e6) <= MOST) ?? STEPS.at(-1)!;
  return found * 1e6;
}
