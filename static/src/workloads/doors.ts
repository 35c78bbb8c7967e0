// What the server answers about a workload's rollout and the history of its template.
import { config } from "../app/config";
import { getJson } from "../live/http";
import type { Micros, Sketch } from "../live/protocol";

export interface Band {
  name: string;
  revision: number;
  hash: string;
  images: string[];
  newest: boolean;
  wanted: number[];
  total: number[];
  ready: number[];
  available: number[];
}

/** Both sums of a rolling update: pods − least − newNotAvailable = mayGo; most − pods = mayCome. */
export interface Sum {
  pods: number;
  least: number;
  newNotAvailable: number;
  mayGo: number;
  most: number;
  mayCome: number;
}

export interface Step {
  after: Micros;
  revision: number;
  kind: "scale" | "deleted" | "asked" | "paused" | "resumed" | "deadline" | "complete" | "failure";
  title: string;
  sentence: string;
  component: string;
  rule: string;
  set?: string;
  from?: number;
  to?: number;
  old?: boolean;
  sum?: Sum;
  waits: string[];
  lastWaits: string[];
  waitedMicroseconds: Micros;
}

export interface Lane {
  name: string;
  set: string;
  spans: { state: "waiting" | "available" | "terminating" | "succeeded" | "failed"; revision: string; after: Micros; until: Micros }[];
}

type Limit = (number | null)[];

export interface Rollout {
  kind: "Deployment" | "StatefulSet" | "DaemonSet" | "Job";
  at: string;
  since: string;
  until: string;
  began: Micros | null;
  whole: boolean;
  after: Micros[];
  desired: Limit;
  most: Limit;
  least: Limit;
  bands?: Band[];
  updated?: number[];
  outdated?: number[];
  available?: number[];
  active?: number[];
  succeeded?: number[];
  failed?: number[];
  lanes: Lane[];
  newestLabels?: string[]; // what pods of the newest ControllerRevision carry
  steps: Step[];
  stepsLeftOut: number;
  waits: string[];
  done: boolean;
  replicas: number | null;
  paused: boolean;
  strategy: string;
  maxSurge: number | string | null;
  maxUnavailable: number | string | null;
  surge?: number;
  unavailable?: number;
  minReadySeconds: number;
  progressDeadlineSeconds?: number | null;
  partition: number | null;
  podManagementPolicy?: string | null;
  parallelism?: number | null;
  completions?: number | null;
  backoffLimit?: number | null;
}

export interface Undo {
  contentType: string;
  patch: unknown;
}

export interface Revision {
  revision: number;
  name: string;
  images: string[];
  changeCause: string;
  created: string;
  earlier: string;
  pods: number | null;
  available: number | null;
  current: boolean;
  undo: Undo | null;
}

export interface Line {
  sign: " " | "+" | "-" | "@";
  text: string;
}

const door = (of: Sketch, what: string): string => `/c/${config.cluster}/workload/${of.resource}/${encodeURIComponent(of.namespace)}/${encodeURIComponent(of.name)}/${what}`;

/** Of the last so many seconds; without them, since the template changed. */
export const rolloutOf = (workload: Sketch, last: string): Promise<Rollout> => getJson(door(workload, last ? `rollout.json?last=${last}` : "rollout.json"));
export const historyOf = (workload: Sketch): Promise<{ revisions: Revision[] }> => getJson(door(workload, "history.json"));
export const diffOf = (workload: Sketch, from: number, to: number): Promise<{ lines: Line[] }> => getJson(door(workload, `diff.json?from=${from}&to=${to}`));
