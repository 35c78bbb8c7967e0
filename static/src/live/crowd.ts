// The pods of a large cluster: eight bytes each in arrays, by slot. Sketches of single pods are kept only of those that
// are looked at from near (`near.ts`).
import { PHASES, type Phase, type PodSketch } from "./protocol";

export type Arrays = Record<string, Uint8Array | Uint16Array | Uint32Array | Float64Array>;

/** Namespace, kind and name of the owner (without one: empty and the pod's own name), labels. */
export type Group = [namespace: string, kind: string, owner: string, labels: [string, string][]];

export interface Told {
  arrays: Arrays;
  groups: Group[]; // new ones
  nodes: string[]; // new ones
}

export const GONE = 7;
export const TROUBLED = 1 << 5;
export const STUCK = 1 << 6; // unschedulable
export const NOWHERE = 0xffff;
export const QUALITIES = ["Guaranteed", "Burstable", "BestEffort"] as const;
const SYSTEM = "kube-system";

/** What the pods of a node that have not ended ask for together, their limits, and how many they are. */
export const SUMMED = ["cpu", "memory", "disk", "limitCpu", "limitMemory", "limitDisk", "pods"] as const;
export type Sums = Record<(typeof SUMMED)[number], number>;

export const noSums = (): Sums => ({ cpu: 0, memory: 0, disk: 0, limitCpu: 0, limitMemory: 0, limitDisk: 0, pods: 0 });

export function addTo(sum: Sums, { requests, limits }: PodSketch, sign: 1 | -1): void {
  sum.cpu += sign * requests.cpu;
  sum.memory += sign * requests.memory;
  sum.disk += sign * requests.disk;
  sum.limitCpu += sign * limits.cpu;
  sum.limitMemory += sign * limits.memory;
  sum.limitDisk += sign * limits.disk;
  sum.pods += sign;
}

export class Crowd {
  size = 0; // slots, free ones included
  group = new Uint32Array(0);
  node = new Uint16Array(0);
  look = new Uint8Array(0);
  restarts = new Uint8Array(0);
  groups: Group[] = [];
  nodes: string[] = [];
  nodeAt = new Map<string, number>();
  counts = new Uint32Array(8); // by phase
  private bins: Bins | null = null;

  constructor(told: Told) {
    this.learn(told);
    const { arrays } = told;
    const n = arrays.look!.length;
    this.grow(n);
    this.size = n;
    this.group.set(arrays.group!);
    this.node.set(arrays.node!);
    this.look.set(arrays.look!);
    this.restarts.set(arrays.restarts!);
    for (let slot = 0; slot < n; slot++) this.counts[this.look[slot]! & 7]!++;
  }

  /** Takes in what changed. */
  apply(told: Told): void {
    this.learn(told);
    const { slot, group, node, look, restarts } = told.arrays;
    if (!slot?.length) return;
    this.bins = null;
    for (let at = 0; at < slot.length; at++) {
      const place = slot[at]!;
      if (place >= this.look.length) this.grow(Math.max(1024, 2 * place));
      if (place >= this.size) this.reach(place + 1);
      this.counts[this.look[place]! & 7]!--;
      this.counts[look![at]! & 7]!++;
      this.group[place] = group![at]!;
      this.node[place] = node![at]!;
      this.look[place] = look![at]!;
      this.restarts[place] = restarts![at]!;
    }
  }

  private learn({ groups, nodes }: Told): void {
    for (const name of nodes) {
      this.nodeAt.set(name, this.nodes.length);
      this.nodes.push(name);
    }
    for (const one of groups) this.groups.push(one);
  }

  private reach(size: number): void {
    for (let slot = this.size; slot < size; slot++) {
      this.look[slot] = GONE;
      this.node[slot] = NOWHERE;
      this.counts[GONE]!++;
    }
    this.size = size;
  }

  private grow(n: number): void {
    this.group = larger(this.group, n);
    this.node = larger(this.node, n);
    this.look = larger(this.look, n);
    this.restarts = larger(this.restarts, n);
  }

  phase(slot: number): Phase {
    return PHASES[this.look[slot]! & 7]!;
  }

  isSystem(slot: number): boolean {
    return this.groups[this.group[slot]!]![0] === SYSTEM;
  }

  /** How many pods there are. */
  get pods(): number {
    return this.size - this.counts[GONE]!;
  }

  /** The slots of the pods on a node, in the order of their slots. */
  on(node: string): Uint32Array {
    const at = this.nodeAt.get(node);
    return at === undefined ? EMPTY : this.sorted().of(at);
  }

  /** Whether a node has a pod that is in trouble. */
  isTroubled(node: string): boolean {
    const at = this.nodeAt.get(node);
    return at !== undefined && this.sorted().troubled[at] === 1;
  }

  sorted(): Bins {
    return (this.bins ??= new Bins(this));
  }
}

const EMPTY = new Uint32Array(0);

/** The slots sorted by node: one pass to count, one to place. */
class Bins {
  readonly troubled: Uint8Array;
  private starts: Uint32Array;
  private slots: Uint32Array;

  constructor({ size, node, look, nodes }: Crowd) {
    const n = nodes.length;
    this.starts = new Uint32Array(n + 2);
    this.troubled = new Uint8Array(n);
    this.slots = new Uint32Array(size);
    const { starts, slots, troubled } = this;
    for (let slot = 0; slot < size; slot++) {
      const at = node[slot]!;
      if (at === NOWHERE) continue;
      starts[at + 2]!++;
      if (look[slot]! & TROUBLED) troubled[at] = 1;
    }
    for (let at = 2; at < n + 2; at++) starts[at]! += starts[at - 1]!;
    for (let slot = 0; slot < size; slot++) {
      const at = node[slot]!;
      if (at !== NOWHERE) slots[starts[at + 1]!++] = slot;
    }
  }

  of(at: number): Uint32Array {
    return this.slots.subarray(this.starts[at], this.starts[at + 1]);
  }
}

function larger<T extends Uint8Array | Uint16Array | Uint32Array>(array: T, n: number): T {
  const grown = new (array.constructor as new (n: number) => T)(n);
  grown.set(array);
  return grown;
}

/** The sums of a node in the array of all. */
export function sumsAt(sums: Float64Array, at: number): Sums {
  const found = noSums();
  SUMMED.forEach((one, index) => (found[one] = sums[SUMMED.length * at + index]!));
  return found;
}
