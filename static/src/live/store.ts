// The picture of the cluster that the frames add up to, with the indexes that the views read.
//
// The maps are plain; `version` is the one signal that says that they changed. A view that reads `version.value`
// is drawn again after every frame.
import { signal } from "@preact/signals";
import { pictured } from "./clock";
import { addTo, Crowd, noSums, sumsAt, type Sums, type Told } from "./crowd";
import { isEvent, isNode, isPod, PHASES } from "./protocol";
import type { Entry, EventSketch, Micros, NodeSketch, Phase, PodSketch, Sketch } from "./protocol";

const LOG_KEPT = 300;
const EVENTS_KEPT = 500;

export interface Change {
  before: Sketch | undefined;
  after: Sketch | undefined;
}

export const version = signal(0);
export const revision = signal(0);

export const objects = new Map<string, Sketch>();
export const nodes = new Map<string, NodeSketch>(); // by name
export const pods = new Map<string, PodSketch>(); // by id
export const waiting = new Map<string, PodSketch>(); // pods without a node that still want one
export const podsOn = new Map<string, Map<string, PodSketch>>(); // by name of node
export const requestedOn = new Map<string, Sums>();
export const phaseCounts = Object.fromEntries(PHASES.map((phase) => [phase, 0])) as Record<Phase, number>;
export const events = new Map<string, EventSketch>(); // by id, oldest first
export let log: Entry[] = [];
/** All pods of a large cluster; of it `pods` holds only those that wait or are looked at from near. Else null. */
export const crowd = signal<Crowd | null>(null);

/** Counts the changes that make nodes stand elsewhere: another node, zone or role. */
export const nodesChanged = { n: 0 };

type Listener = (changes: Change[], entries: Entry[]) => void;
const listeners = new Set<Listener>();

/** Calls back after every frame with what it changed; returns what ends it. */
export function onChanges(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Replaces everything by a snapshot, of the present or of an instant; nothing of it counts as a change just now. */
export function reset(sketches: Sketch[], entries: Entry[], at: number, told?: Told, instant: Micros | null = null): void {
  pictured.value = instant;
  for (const map of [objects, nodes, pods, waiting, podsOn, requestedOn, events]) map.clear();
  for (const phase of PHASES) phaseCounts[phase] = 0;
  nodesChanged.n++;
  crowd.value = told ? new Crowd(told) : null;
  for (const sketch of sketches) put(sketch);
  if (told) {
    const sums = told.arrays.sums as Float64Array;
    told.nodes.forEach((name, node) => requestedOn.set(name, sumsAt(sums, node)));
    countPhases();
  }
  log = entries;
  publish(at, [], []);
}

export function apply(set: Sketch[], gone: string[], entries: Entry[], at: number, told?: Told): void {
  const changes: Change[] = [];
  for (const sketch of set) {
    const before = put(sketch);
    if (before !== sketch) changes.push({ before, after: sketch });
  }
  for (const id of gone) {
    const before = objects.get(id) ?? events.get(id);
    if (!before) continue;
    remove(before);
    changes.push({ before, after: undefined });
  }
  if (told) applyCrowd(told);
  if (entries.length) log = [...log, ...entries].slice(-LOG_KEPT);
  publish(at, changes, entries);
}

function applyCrowd(told: Told): void {
  const all = crowd.peek();
  if (!all) return;
  all.apply(told);
  const { summed, sums } = told.arrays;
  summed?.forEach((node, index) => requestedOn.set(all.nodes[node]!, sumsAt(sums as Float64Array, index)));
  countPhases();
}

function countPhases(): void {
  PHASES.forEach((phase, at) => (phaseCounts[phase] = crowd.peek()!.counts[at]!));
}

/** In a large cluster: the pods that are looked at from now on; others are forgotten unless they wait for a node. */
export function setNear(set: Sketch[]): void {
  const wanted = new Set(set.map((one) => one.id));
  for (const pod of [...pods.values()]) if (pod.node && !wanted.has(pod.id)) remove(pod);
  for (const sketch of set) put(sketch);
  publish(revision.peek(), [], []);
}

function publish(at: number, changes: Change[], entries: Entry[]): void {
  revision.value = at;
  version.value++;
  for (const listener of listeners) listener(changes, entries);
}

function put(sketch: Sketch): Sketch | undefined {
  if (isEvent(sketch)) {
    const before = events.get(sketch.id);
    events.delete(sketch.id);
    events.set(sketch.id, sketch);
    if (events.size > EVENTS_KEPT) events.delete(events.keys().next().value as string);
    return before;
  }
  const before = objects.get(sketch.id);
  if (crowd.peek() && before && before.revision > sketch.revision) return sketch; // told by two ways, the later first
  if (before && isPod(before)) unindex(before);
  objects.set(sketch.id, sketch);
  if (isNode(sketch)) putNode(sketch);
  if (isPod(sketch)) index(sketch);
  return before;
}

function putNode(node: NodeSketch): void {
  const before = nodes.get(node.name);
  if (before?.zone !== node.zone || before.roles.join() !== node.roles.join()) nodesChanged.n++;
  nodes.set(node.name, node);
}

function remove(sketch: Sketch): void {
  objects.delete(sketch.id);
  events.delete(sketch.id);
  if (isNode(sketch) && nodes.delete(sketch.name)) nodesChanged.n++;
  if (isPod(sketch)) unindex(sketch);
}

function index(pod: PodSketch): void {
  pods.set(pod.id, pod);
  if (!crowd.peek()) phaseCounts[pod.phase]++;
  if (!pod.node) {
    if (pod.phase === "Pending") waiting.set(pod.id, pod);
    return;
  }
  if (!podsOn.has(pod.node)) podsOn.set(pod.node, new Map());
  podsOn.get(pod.node)!.set(pod.id, pod);
  account(pod, 1);
}

function unindex(pod: PodSketch): void {
  pods.delete(pod.id);
  waiting.delete(pod.id);
  if (!crowd.peek()) phaseCounts[pod.phase]--;
  if (podsOn.get(pod.node)?.delete(pod.id)) account(pod, -1);
}

/** A pod that has ended holds nothing any more. */
function account(pod: PodSketch, sign: 1 | -1): void {
  if (crowd.peek() || pod.phase === "Succeeded" || pod.phase === "Failed") return;
  const sum = requestedOn.get(pod.node) ?? noSums();
  addTo(sum, pod, sign);
  requestedOn.set(pod.node, sum);
}

/** Events tell time to the second; within one, the order in which they were written counts. */
export const newestFirst = (a: EventSketch, b: EventSketch): number => b.at - a.at || b.revision - a.revision;

/** How many pods there are. */
export const podCount = (): number => crowd.peek()?.pods ?? pods.size;

/** How many pods are on a node. */
export const podCountOn = (node: string): number => crowd.peek()?.on(node).length ?? podsOn.get(node)?.size ?? 0;

/** All objects of one resource, by namespace and name. */
export function all<T extends Sketch>(resource: string): T[] {
  const found = [...objects.values()].filter((sketch) => sketch.resource === resource) as T[];
  return found.sort((a, b) => natural(a.namespace, b.namespace) || natural(a.name, b.name));
}

/** The object that an owner reference of `of` names. */
export function ownerOf(of: Sketch): Sketch | undefined {
  const { owner } = of;
  if (!owner) return undefined;
  for (const sketch of objects.values()) {
    if (sketch.kind === owner.kind && sketch.name === owner.name && sketch.namespace === of.namespace) return sketch;
  }
  return undefined;
}

/** By kind, namespace and name, all that may own something: for questions about many objects. */
export const ownersByName = (): Map<string, Sketch> => new Map([...objects.values()].filter((one) => one.resource !== "pods").map((one) => [`${one.kind}/${one.namespace}/${one.name}`, one]));

export function ownedBy(owner: Sketch): Sketch[] {
  return [...objects.values()].filter(
    (one) => one.owner?.kind === owner.kind && one.owner.name === owner.name && one.namespace === owner.namespace,
  );
}

const collator = new Intl.Collator("en", { numeric: true });
export const natural = (a: string, b: string): number => collator.compare(a, b);
