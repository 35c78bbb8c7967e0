// While something is carried, the server is asked whether it would take it, and, of a pod, which nodes would.
// The question follows what is typed; the one about the nodes also follows the cluster.
import { effect } from "@preact/signals";
import { nameOf, withEdit } from "../build/body";
import { nextName } from "../build/names";
import { feasible, Refusal } from "../live/http";
import { revision } from "../live/store";
import { asking, create, draft, mistakes, placed, sending, told, verdicts, warnings, type Draft } from "./carry";
import { placesFor } from "./places";

const ASK_AFTER = 120; // ms without a change of the object
const ASK_AGAIN = 1500; // ms between questions on account of changes in the cluster
const MOST_NAMES = 20; // that are tried by themselves where one is taken

let asked = 0;
let timer = 0;
let askedAt = 0;
let tries = 0;
let last: Draft | null = null;

function ask(held: Draft): void {
  if (!sending.value) asking.promise = put(held);
}

async function put(held: Draft): Promise<void> {
  const mine = ++asked;
  askedAt = performance.now();
  const isMine = (): boolean => mine === asked && draft.value === held && !sending.value;
  try {
    if (last !== held) {
      const heard = await tryOut(held);
      if (!isMine()) return;
      last = held;
      warnings.value = heard;
      mistakes.value = [];
    }
    const pod = held.about.pod?.(held.value);
    const answer = pod ? new Map((await feasible(pod)).nodes.map((one) => [one.name, one])) : null;
    if (isMine()) verdicts.value = answer;
  } catch (error) {
    if (!isMine()) return;
    if (error instanceof Refusal && error.reason === "AlreadyExists" && !held.named && tries++ < MOST_NAMES) return rename(held);
    const found = await told(error, held);
    if (!isMine()) return;
    verdicts.value = null;
    mistakes.value = found;
  }
}

/** What the API server would warn of. Raises what it would refuse. */
async function tryOut(held: Draft): Promise<string[]> {
  const place = placesFor(held)[0];
  if (!place) return [];
  const body = placed(held, place);
  if (held.about.put) {
    await held.about.put(body, place, true);
    return [];
  }
  return (await create(body, true)).warnings;
}

/** A name that nobody chose, and that is taken, gives way to the next. */
function rename(held: Draft): void {
  draft.value = { ...held, value: withEdit(held.value, [["metadata", "name"], nextName(nameOf(held.value))]) };
}

effect(() => {
  void revision.value;
  const held = draft.value;
  clearTimeout(timer);
  if (!held) {
    asked++;
    tries = 0;
    last = null;
    return;
  }
  if (held.broken) {
    asked++;
    verdicts.value = null;
    return;
  }
  const changed = last !== held;
  if (!changed && !held.about.pod) return;
  const first = verdicts.peek() === null && last === null;
  const wait = first ? 0 : changed ? ASK_AFTER : Math.max(ASK_AFTER, ASK_AGAIN - (performance.now() - askedAt));
  timer = window.setTimeout(() => ask(held), wait);
});
