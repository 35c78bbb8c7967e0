// The decisions that the log tells of: pods that were bound, and pods that no node could take.
import type { Entry } from "../live/protocol";
import { log } from "../live/store";

export interface Decided {
  entry: Entry;
  namespace: string;
  name: string;
  bound: boolean;
}

const RULES = new Set(["Bind", "FitError"]);

/** Newest first. */
export function decisions(): Decided[] {
  const found: Decided[] = [];
  for (const entry of log) {
    const [resource, namespace = "", name = ""] = entry.id.split("/");
    if (resource === "pods" && RULES.has(entry.rule)) found.push({ entry, namespace, name, bound: entry.rule === "Bind" });
  }
  return found.reverse();
}
