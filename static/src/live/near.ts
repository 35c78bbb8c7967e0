// Which pods of a large cluster this page wants sketches of: those on the nodes that somebody here looks at from near.
import { ask } from "./socket";
import { crowd } from "./store";

const PAUSE = 120; // ms: while the map moves, nothing is asked

const wanted = new Map<string, string[]>(); // names of nodes, by who looks
let said = "";
let timer = 0;

export function lookNear(names: string[], who: "map" | "grid" | "selected" | "pod" = "pod"): void {
  wanted.set(who, names);
  clearTimeout(timer);
  timer = window.setTimeout(tell, PAUSE);
}

/** After a new snapshot the server knows nothing of it. */
export function lookAgain(): void {
  said = "";
  tell();
}

function tell(): void {
  if (!crowd.peek()) return;
  const nodes = [...new Set([...wanted.values()].flat())];
  const text = JSON.stringify({ t: "near", nodes });
  if (text === said || (!said && !nodes.length)) return;
  said = text;
  ask(text);
}
