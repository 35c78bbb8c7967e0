// Which pods are lit: those that the words of the filter, and the phase that was chosen, leave. What is in trouble is
// drawn whatever the filter says.
//
// The words: a part of a name, kind:Job, ns:shop, state:Running, and label selectors such as app=web or tier in (a, b).
import { computed } from "@preact/signals";
import { filterBy, inAddress, phaseFilter } from "../app/state";
import { TROUBLED, type Group } from "../live/crowd";
import { PHASES, type PodSketch } from "../live/protocol";
import { crowd, objects, pods, version } from "../live/store";
import { trouble, unschedulable } from "../live/words";

export const words = inAddress("filter");

interface Facts {
  namespace: string;
  kind: string;
  labels: (key: string) => string | undefined;
}

interface Parsed {
  texts: string[];
  states: string[];
  tests: ((facts: Facts) => boolean)[];
}

const SET = /(\S+)\s+(in|notin)\s*\(([^)]*)\)/g;

export function parse(text: string): Parsed {
  const parsed: Parsed = { texts: [], states: [], tests: [] };
  const rest = text.replace(SET, (_all, key: string, how: string, list: string) => {
    const values = list.split(",").map((one) => one.trim());
    parsed.tests.push(({ labels }) => (how === "in" ? values.includes(labels(key) ?? "\0") : !values.includes(labels(key) ?? "\0")));
    return " ";
  });
  for (const word of rest.split(/[\s,]+/).filter(Boolean)) add(parsed, word);
  return parsed;
}

function add(parsed: Parsed, word: string): void {
  const named = /^(kind|ns|namespace|state):(.*)$/i.exec(word);
  const label = /^([^=!]+)(==|!=|=)(.*)$/.exec(word);
  if (named) {
    const value = named[2]!.toLowerCase();
    if (!value) return;
    if (named[1]!.toLowerCase() === "state") parsed.states.push(value);
    else if (named[1]!.toLowerCase() === "kind") parsed.tests.push(({ kind }) => kind.toLowerCase() === value);
    else parsed.tests.push(({ namespace }) => namespace === value);
  } else if (label) {
    const [, key, how, value] = label;
    parsed.tests.push(({ labels }) => (how === "!=" ? labels(key!) !== value : labels(key!) === value));
  } else if (word.startsWith("!") && word.length > 1) parsed.tests.push(({ labels }) => labels(word.slice(1)) === undefined);
  else parsed.texts.push(word.toLowerCase());
}

const parsed = computed(() => parse(words.value));

export const isFiltered = computed(() => words.value.trim() !== "" || phaseFilter.value !== null);

export function clearFilter(): void {
  words.value = "";
  filterBy(null);
}

/** Deployment for a pod of its ReplicaSet: what people have made. */
function topKind(kind: string, namespace: string, owner: string): string {
  if (kind !== "ReplicaSet") return kind === "" ? "Pod" : kind;
  return objects.get(`replicasets.apps/${namespace}/${owner}`)?.owner?.kind ?? kind;
}

const holdsPhase = (phase: string, status: string, wrong: boolean): boolean =>
  parsed.peek().states.every((one) => phase.toLowerCase() === one || status.toLowerCase() === one || (one === "trouble" && wrong)) &&
  (phaseFilter.peek() === null || phaseFilter.peek() === phase);

export function matches(pod: PodSketch): boolean {
  if (!isFiltered.peek()) return true;
  const { texts, tests } = parsed.peek();
  if (!holdsPhase(pod.phase, pod.status, trouble(pod) !== "" || unschedulable(pod))) return false;
  const said = `${pod.name} ${pod.namespace} ${pod.node}`.toLowerCase();
  if (!texts.every((one) => said.includes(one))) return false;
  const facts = { namespace: pod.namespace, kind: topKind(pod.owner?.kind ?? "", pod.namespace, pod.owner?.name ?? ""), labels: (key: string) => pod.labels?.[key] };
  return tests.every((test) => test(facts));
}

const judged = { of: "", groups: new Map<number, { holds: boolean; texts: string[] }>() };

/** The same for a slot of a large cluster: what its group decides is decided once. */
export function matchesSlot(slot: number): boolean {
  if (!isFiltered.peek()) return true;
  const all = crowd.peek()!;
  const look = all.look[slot]!;
  const phase = PHASES[look & 7] ?? "";
  if (!holdsPhase(phase, phase, (look & TROUBLED) !== 0)) return false;
  if (judged.of !== words.peek()) {
    judged.of = words.peek();
    judged.groups.clear();
  }
  const at = all.group[slot]!;
  let verdict = judged.groups.get(at);
  if (!verdict) judged.groups.set(at, (verdict = judge(all.groups[at]!)));
  return verdict.holds && (!verdict.texts.length || verdict.texts.every((one) => (all.nodes[all.node[slot]!] ?? "").includes(one)));
}

/** texts: those that only the name of the node can still hold. */
function judge([namespace, kind, owner, labels]: Group): { holds: boolean; texts: string[] } {
  const { texts, tests } = parsed.peek();
  const facts = { namespace, kind: topKind(kind, namespace, owner), labels: (key: string) => labels.find(([one]) => one === key)?.[1] };
  const said = `${owner} ${namespace}`.toLowerCase();
  return { holds: tests.every((test) => test(facts)), texts: texts.filter((one) => !said.includes(one)) };
}

/** How many pods the filter leaves, and how many are drawn although it does not. */
export const counted = computed(() => {
  void version.value;
  void isFiltered.value;
  void [words.value, phaseFilter.value];
  let shown = 0;
  let kept = 0;
  const count = (holds: boolean, wrong: boolean): void => {
    if (holds) shown++;
    else if (wrong) kept++;
  };
  const all = crowd.value;
  if (all) {
    for (let slot = 0; slot < all.size; slot++) if ((all.look[slot]! & 7) !== 7) count(matchesSlot(slot), (all.look[slot]! & TROUBLED) !== 0);
  } else for (const pod of pods.values()) count(matches(pod), trouble(pod) !== "" || unschedulable(pod));
  return { shown, kept };
});
