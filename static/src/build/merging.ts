// Three states of one object: what somebody began with, what they made of it, and what others made of it meanwhile.
import type { Path } from "./body";
import { fieldOf } from "./mistakes";

export interface Merged {
  value: unknown;
  clashes: string[]; // the fields that both changed, each in its way; mine is taken
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const isMap = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** Both changes in one object, as far as they are about different fields. A list is one field. */
export function merge(base: unknown, mine: unknown, theirs: unknown, at: Path = []): Merged {
  if (same(base, theirs) || same(mine, theirs)) return { value: mine, clashes: [] };
  if (same(base, mine)) return { value: theirs, clashes: [] };
  if (!isMap(mine) || !isMap(theirs)) return { value: mine, clashes: [fieldOf(at) || "."] };
  const clashes: string[] = [];
  const value: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    const inner = merge(isMap(base) ? base[key] : undefined, mine[key], theirs[key], [...at, key]);
    clashes.push(...inner.clashes);
    if (inner.value !== undefined) value[key] = inner.value;
  }
  return { value, clashes };
}
