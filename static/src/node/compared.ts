// What the server answers when the cluster is run ahead twice: under a node's hard thresholds, and under a soft one as well.
import { config } from "../app/config";
import { asShown, send } from "../live/http";
import type { Micros } from "../live/protocol";
import type { Place, Resource } from "./eviction";

export const SIGNALS = ["memory.available", "nodefs.available", "imagefs.available", "pid.available"] as const;
export type Which = "hard" | "soft";

export interface Span {
  since: Micros; // since the start of the run, like all instants here
  until: Micros | null;
}

export interface RunThreshold {
  kind: Which;
  level: number;
  until: number;
  graceMicroseconds: Micros;
  met: Span[];
}

export interface Eviction {
  namespace: string;
  name: string;
  after: Micros;
  message: string;
  graceSeconds: number;
  available: number;
  ended: Micros | null;
  exitCodes: number[];
  why: { resource: Resource; place: Place; next: Place | null } | null;
}

export interface Run {
  asked: Record<string, string | number>;
  capacity: number;
  thresholds: RunThreshold[];
  condition: { type: string; spans: Span[] };
  after: Micros[];
  available: number[];
  evictions: Eviction[];
  outOfMemory: { after: Micros; message: string }[];
}

export interface Compared {
  node: string;
  at: string;
  signal: string;
  resource: Resource;
  lastMicroseconds: Micros;
  complete: boolean;
  hard: Run;
  soft: Run;
}

/** What is said of each side, by name of field; what is not said is as the node has it. */
export type Edits = Record<Which, Record<string, string | number>> & { minutes?: number };

export const compare = (node: string, signal: string, edits: Edits): Promise<Compared> =>
  send("POST", asShown(`/c/${config.cluster}/node/${encodeURIComponent(node)}/pressure/compare/`), { signal, ...edits });
