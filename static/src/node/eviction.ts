// What the server answers about what a node's eviction manager sees.
import { config } from "../app/config";
import { asShown, getJson } from "../live/http";

export type Resource = "memory" | "ephemeral-storage" | "inodes" | "pids";

export interface Threshold {
  kind: "hard" | "soft";
  level: number;
  minimumReclaim: number;
  graceMicroseconds: number;
  met: boolean;
  since: string | null;
  acts: string | null;
  crosses: string | null;
}

export interface Signal {
  signal: string;
  resource: Resource;
  condition: string;
  available: number;
  capacity: number;
  thresholds: Threshold[];
}

export interface Place {
  namespace: string;
  name: string;
  qos: string;
  priority: number;
  seen: boolean; // whether there are figures of it
  used: number;
  request: number;
  over: boolean;
  excess: number;
  spared: boolean;
  first: boolean;
  goes: boolean;
  before: "figures" | "over" | "priority" | "excess" | "used" | "name" | ""; // the key that puts it before the next
}

export interface Ranking {
  resource: Resource;
  pods: Place[];
}

export interface Crossing {
  at: string;
  kind: Threshold["kind"];
  level: number;
  met: boolean;
}

export interface Line {
  signal: string;
  capacity: number;
  since: string;
  until: string;
  everyMicroseconds: number;
  available: number[];
  crossings: Crossing[];
}

export interface Pressure {
  node: string;
  at: string;
  kubelet: string;
  conditions: { type: string; ends: string | null }[];
  short: Resource | "";
  going: { namespace: string; name: string }[];
  signals: Signal[];
  rankings: Ranking[];
  lines: Line[];
}

export const pressureOf = (node: string): Promise<Pressure> => getJson(asShown(`/c/${config.cluster}/node/${encodeURIComponent(node)}/pressure.json`));
