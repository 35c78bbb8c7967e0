// The picture of the cluster that the frames add up to, with the indexes that the views read.
//
// The maps are plain; `version` is the one signal that says that they changed. A view that reads `version.value`
// is drawn again after every frame.
import { signal } from "@preact/signals";
import { isEvent, isNode, isPod, PHASES } from "./protocol";
import type { Entry, EventSketch, NodeSketch, Phase, PodSketch, Resources, Sketch } from "./protocol";

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
export const requestedOn = new Map<string, Resources & { limitCpu: number; limitMemory: number }>();
export const phaseCounts = Object.fromEntries(PHASES.map((phase) => [phase, 0])) as Record<Phase, number>;
export const events = new Map<string, EventSketch>(); // by id, oldest first
export let log: Entry[] = [];

type Listener = (changes: Change[], entries: Entry[]) => void;
const listeners = new Set<Listener>();

/** Calls back after every frame with what it changed; returns what ends it. */
export function onChanges(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Replaces everything by a snapshot; nothing of it counts as a change that happened just now. */
export function reset(sketches: Sketch[], entries: Entry[], at: number): void {
  for (const map of [objects, nodes, pods, waiting, podsOn, requestedOn, events]) map.clear();
  for (const phase of PHASES) phaseCounts[phase] = 0;
  for (const sketch of sketches) put(sketch);
  log = entries;
  publish(at, [], []);
}

export function apply(set: Sketch[], gone: string[], entries: Entry[], at: number): void {
  const changes: Change[] = [];
  for (const sketch of set) changes.push({ before: put(sketch), after: sketch });
  for (const id of gone) {
    const before = objects.get(id) ?? events.get(id);
    if (!before) continue;
    remove(before);
    changes.push({ before, after: undefined });
  }
  if (entries.length) log = [...log, ...entries].slice(-LOG_KEPT);
  publish(at, changes, entries);
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
  if (before && isPod(before)) unindex(before);
  objects.set(sketch.id, sketch);
  if (isNode(sketch)) nodes.set(sketch.name, sketch);
  if (isPod(sketch)) index(sketch);
  return before;
}

function remove(sketch: Sketch): void {
  objects.delete(sketch.id);
  events.delete(sketch.id);
  if (isNode(sketch)) nodes.delete(sketch.name);
  if (isPod(sketch)) unindex(sketch);
}

function index(pod: PodSketch): void {
  pods.set(pod.id, pod);
  phaseCounts[pod.phase]++;
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
  phaseCounts[pod.phase]--;
  if (podsOn.get(pod.node)?.delete(pod.id)) account(pod, -1);
}

/** A pod that has ended holds nothing any more. */
function account(pod: PodSketch, sign: 1 | -1): void {
  if (pod.phase === "Succeeded" || pod.phase === "Failed") return;
  const sum = requestedOn.get(pod.node) ?? { cpu: 0, memory: 0, limitCpu: 0, limitMemory: 0 };
  sum.cpu += sign * pod.requests.cpu;
  sum.memory += sign * pod.requests.memory;
  sum.limitCpu += sign * pod.limits.cpu;
  sum.limitMemory += sign * pod.limits.memory;
  requestedOn.set(pod.node, sum);
}

/** Events tell time to the second; within one, the order in which they were written counts. */
export const newestFirst = (a: EventSketch, b: EventSketch): number => b.at - a.at || b.revision - a.revision;

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

export function ownedBy(owner: Sketch): Sketch[] {
  return [...objects.values()].filter(
    (one) => one.owner?.kind === owner.kind && one.owner.name === owner.name && one.namespace === owner.namespace,
  );
}

const collator = new Intl.Collator("en", { numeric: true });
export const natural = (a: string, b: string): number => collator.compare(a, b);
