// Which pods of a large cluster this page wants sketches of: those on the nodes that somebody here looks at from near,
// and those that are looked at themselves.
import { ask } from "./socket";
import { crowd } from "./store";

const PAUSE = 120; // ms: while the map moves, nothing is asked

type Wanted = { nodes: string[]; pods: string[] };
const wanted = new Map<string, Wanted>(); // by who looks
let said = "";
let timer = 0;

/** Names of nodes, and namespace/name of pods. */
export function lookNear(nodes: string[], who: "map" | "grid" | "selected" | "pod" | "lit", pods: string[] = []): void {
  wanted.set(who, { nodes, pods });
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
  const all = (what: keyof Wanted): string[] => [...new Set([...wanted.values()].flatMap((one) => one[what]))];
  const [nodes, pods] = [all("nodes"), all("pods")];
  const text = JSON.stringify({ t: "near", nodes, pods });
  if (text === said || (!said && !nodes.length && !pods.length)) return;
  said = text;
  ask(text);
}
