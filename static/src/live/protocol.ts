// The shapes that the server sends: sketches of objects, entries of the change log, the clock, frames.

import type { Told } from "./crowd";

/** Virtual microseconds since the Unix epoch. */
export type Micros = number;

export interface Resources {
  cpu: number; // thousandths of a core
  memory: number; // bytes
  disk: number; // bytes
  pods?: number;
}

export interface Taint {
  key: string;
  value?: string | null;
  effect: string;
}

export interface Owner {
  kind: string;
  name: string;
}

/** What the diagram needs of any object. */
export interface Sketch {
  id: string; // <resource>/<namespace>/<name>
  resource: string;
  kind: string;
  namespace: string;
  name: string;
  uid: string;
  revision: number;
  labels?: Record<string, string>;
  owner?: Owner | null;
}

export interface NodeSketch extends Sketch {
  zone: string;
  roles: string[];
  ready: boolean;
  unschedulable: boolean;
  taints: Taint[];
  capacity: Resources;
  allocatable: Resources;
  conditions: { type: string; status: string; reason: string }[];
}

export interface ContainerSketch {
  name: string;
  image: string;
  state: "waiting" | "running" | "terminated";
  ready: boolean;
  reason: string;
  init: boolean;
}

export const PHASES = ["Running", "Pending", "Succeeded", "Failed", "Terminating", "Unknown"] as const;
export type Phase = (typeof PHASES)[number];

export interface PodSketch extends Sketch {
  phase: Phase;
  status: string;
  node: string;
  qos: "Guaranteed" | "Burstable" | "BestEffort";
  requests: Resources;
  limits: Resources;
  containers: ContainerSketch[];
  restarts: number;
  ready: string;
  ip: string;
  created: Micros;
  message: string;
}

export interface WorkloadSketch extends Sketch {
  desired: number;
  ready: number;
  updated: number;
  available: number;
}

export interface ServiceSketch extends Sketch {
  type: string;
  clusterIP: string;
  ports: { name?: string | null; port: number; targetPort?: number | string | null; protocol?: string }[];
  selector: Record<string, string> | null;
}

export interface EventSketch extends Sketch {
  type: string;
  reason: string;
  message: string;
  about: string;
  count: number;
  at: Micros;
}

/** One line of the change log. */
export interface Entry {
  revision: number;
  at: Micros;
  op: "ADDED" | "MODIFIED" | "DELETED";
  id: string;
  kind: string;
  name: string;
  component: string;
  rule: string;
  sentence: string;
  ledBy: number | null;
}

/** What stopped a cluster: the component that met an error, what it was doing, and the error's type and text. */
export interface Halt {
  component: string; // empty if no single one did
  doing: string;
  error: string;
  text: string;
}

export interface Clock {
  now: Micros;
  start: Micros;
  speed: number; // 0 = as fast as possible
  achieved: number;
  paused: boolean;
  stepping: boolean; // it runs to an instant and stops there by itself
  due: Micros | null;
  halted: Halt | null; // it is paused then, and tries again when it is to play or step
}

export type Message =
  | { t: "reading"; done: number; of: number } // a large cluster is being read
  | { t: "snapshot"; seq: number; revision: number; clock: Clock; objects: Sketch[]; log: Entry[]; crowd?: Told }
  | { t: "frame"; seq: number; revision: number; clock: Clock; set: Sketch[]; gone: string[]; log: Entry[]; crowd?: Told; near?: Sketch[]; nearGone?: string[] }
  | { t: "near"; set: Sketch[] }
  | { t: "gone"; reason: "deleted" | "forbidden" };

export const isPod = (sketch: Sketch): sketch is PodSketch => sketch.resource === "pods";
export const isNode = (sketch: Sketch): sketch is NodeSketch => sketch.resource === "nodes";
export const isEvent = (sketch: Sketch): sketch is EventSketch => sketch.resource === "events" || sketch.resource === "events.events.k8s.io";
export const isWorkload = (sketch: Sketch): sketch is WorkloadSketch => "desired" in sketch;
