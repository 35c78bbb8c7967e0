// Which pods of a large cluster this page wants sketches of: those on the nodes that it shows from near, and single ones.
import { ask } from "./socket";
import { crowd } from "./store";

const PAUSE = 120; // ms: while the map moves, nothing is asked

let nodes: string[] = [];
let said = "";
let timer = 0;

export function lookNear(names: string[]): void {
  nodes = names;
  clearTimeout(timer);
  timer = window.setTimeout(tell, PAUSE);
}

/** After a new snapshot the server knows nothing of it. */
export function lookAgain(): void {
  said = "";
  if (nodes.length) lookNear(nodes);
}

function tell(): void {
  if (!crowd.peek()) return;
  const text = JSON.stringify({ t: "near", nodes });
  if (text === said) return;
  said = text;
  ask(text);
}
