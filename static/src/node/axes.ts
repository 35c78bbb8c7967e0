// Where the marks of an axis are: round spans of time, round amounts.
import type { Micros } from "../live/protocol";
import type { Resource } from "./eviction";

const SPANS = [5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200]; // seconds
const [MOST_SPANS, MOST_AMOUNTS] = [7, 5];

/** So that no more than seven marks stand on an axis of this length. */
export function step(length: Micros): Micros {
  const found = SPANS.find((one) => length / (one * 1e6) <= MOST_SPANS) ?? SPANS.at(-1)!;
  return found * 1e6;
}

/** From nothing up to so much, in powers of two where it is bytes, else in round numbers. */
export function figures(most: number, resource: Resource): number[] {
  const bytes = resource === "memory" || resource === "ephemeral-storage";
  let every = bytes ? 2 ** Math.ceil(Math.log2(most / MOST_AMOUNTS)) : 10 ** Math.floor(Math.log10(most / MOST_AMOUNTS));
  while (!bytes && most / every > MOST_AMOUNTS) every *= 2;
  return Array.from({ length: Math.floor(most / every) + 1 }, (_, n) => n * every);
}
