// The pod in somebody's hand: picked from the palette by mouse, touch or key, put on a node or left to the scheduler.
// One mechanism serves all three; dragging only decides when it is put down.
import { effect, signal } from "@preact/signals";
import { select } from "../app/state";
import { gettext, fill } from "../i18n/i18n";
import { feasible, objectUrl, Refusal, send, type Verdict } from "../live/http";
import { nodes, revision } from "../live/store";
import { pinned, podOf, type PodManifest } from "./manifest";

const ASK_AFTER = 120; // ms without a change of the manifest
const ASK_AGAIN = 1500; // ms between questions on account of changes in the cluster

export const draft = signal<PodManifest | null>(null);
export const bypass = signal(false);
export const aim = signal<string | null>(null); // the node that Enter would put it on
export const verdicts = signal<Map<string, Verdict> | null>(null);
export const problem = signal("");
export const sending = signal(false);
export const dragging = signal(false);

let asked = 0;
let timer = 0;
let askedAt = 0;

export function lift(image = "nginx"): void {
  problem.value = "";
  aim.value = null;
  bypass.value = false;
  draft.value = podOf(image);
}

export function putBack(): void {
  draft.value = null;
  dragging.value = false;
  aim.value = null;
  verdicts.value = null;
  problem.value = "";
}

/** Creates the pod, on a node or, with null, wherever the scheduler says; selects it when it is there. */
export async function putHere(where: string | null): Promise<void> {
  const pod = draft.value;
  if (!pod || sending.value) return;
  dragging.value = false;
  const node = where === null ? undefined : nodes.get(where);
  const manifest = node ? pinned(pod, node, bypass.value) : pod;
  const namespace = pod.metadata.namespace || "default";
  sending.value = true;
  problem.value = "";
  // An answer about where it fits would now find the pod's own name taken.
  clearTimeout(timer);
  asked++;
  try {
    const made = await send<PodManifest>("POST", objectUrl("pods", namespace), manifest);
    putBack();
    select(`pods/${namespace}/${made.metadata.name}`, "overview");
  } catch (error) {
    problem.value = plain(error, pod);
  } finally {
    sending.value = false;
  }
}

function plain(error: unknown, pod: PodManifest): string {
  if (!(error instanceof Refusal)) return String(error);
  if (error.reason === "AlreadyExists") {
    const { name, namespace } = pod.metadata;
    return fill(gettext("There is a pod %(name)s in %(namespace)s already. Give this one another name."), { name, namespace: namespace ?? "default" });
  }
  return shortened(error.message);
}

/** The API server's own words; what it says in regular expressions is left out, or said by example. */
function shortened(message: string): string {
  const words = message.replace(/,? ?regex used for validation is '[^']*'/g, "").replaceAll(" ()", "");
  return words.replace(/quantities must match the regular expression '[^']*'/g, gettext("quantities must be like 250m, 2, 128Mi or 1Gi"));
}

async function ask(): Promise<void> {
  const mine = ++asked;
  askedAt = performance.now();
  const pod = draft.value;
  if (!pod || sending.value) return;
  try {
    const answer = await feasible(pod);
    if (mine === asked && draft.value) verdicts.value = new Map(answer.nodes.map((one) => [one.name, one]));
  } catch (error) {
    if (mine !== asked || !draft.value) return;
    verdicts.value = null;
    problem.value = plain(error, pod);
  }
}

// The question follows the manifest, and the cluster while it changes.
effect(() => {
  void revision.value;
  if (!draft.value) return;
  clearTimeout(timer);
  const wait = verdicts.peek() ? Math.max(ASK_AFTER, ASK_AGAIN - (performance.now() - askedAt)) : 0;
  timer = window.setTimeout(() => void ask(), wait);
});

/** The manifest changed by hand: the old answer no longer holds, the question is put soon. */
export function change(pod: PodManifest): void {
  problem.value = "";
  draft.value = pod;
  clearTimeout(timer);
  timer = window.setTimeout(() => void ask(), ASK_AFTER);
}
