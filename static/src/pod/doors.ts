// What the server answers about what a pod is made of.
import { config } from "../app/config";
import { asShown, getJson } from "../live/http";
import type { Micros, Sketch } from "../live/protocol";
import type { Cgroup } from "../node/doors";

export interface State {
  kind: "waiting" | "running" | "terminated";
  reason?: string;
  message?: string;
  exitCode?: number;
  startedAt?: string;
  finishedAt?: string;
}

export interface Probe {
  at: string;
  tookMicroseconds: number;
  outcome: "Success" | "Warning" | "Failure" | "Error" | "Unknown";
  message: string;
  count: number; // how many times in a row, 0 if it does not count
  threshold: number;
  caused: "" | "event" | "started" | "ready" | "unready" | "killed";
}

export interface Row {
  kind: "startup" | "readiness" | "liveness";
  result: string;
  handler: string;
  periodSeconds: number;
  successThreshold: number;
  failureThreshold: number;
  probes: Probe[];
  truncated: boolean;
}

export interface Mount {
  volume: string;
  path: string;
  readOnly: boolean;
}

export type Amounts = { cpu?: number; memory?: number };

export interface Container {
  name: string;
  kind: "init" | "sidecar" | "app" | "ephemeral";
  image: string;
  state: State | null;
  last: State | null;
  ready: boolean;
  started: boolean;
  restarts: number;
  backOffUntil: string | null;
  mounts: Mount[];
  requests: Amounts;
  limits: Amounts;
  target: string; // whose processes an ephemeral container sees
  oomScoreAdj: number | null;
  cgroup: Cgroup | null;
  probes: Row[];
}

export type Namespace = "network" | "uts" | "ipc" | "pid";

export interface Sandbox {
  exists: boolean;
  image: string;
  ip: string;
  namespaces: Record<Namespace, "pod" | "node" | "container">;
  step: string;
  stepAt: string | null;
}

export interface Volume {
  name: string;
  kind: string;
  source: string;
}

export interface Anatomy {
  namespace: string;
  name: string;
  node: string;
  at: string;
  since: string;
  until: string;
  phase: string;
  qos: string;
  sandbox: Sandbox;
  volumes: Volume[];
  containers: Container[];
  cgroup: Cgroup | null;
}

/** The pod, and its probes of the last so many seconds. */
export const anatomyOf = (pod: Sketch, seconds: number): Promise<Anatomy> =>
  getJson(asShown(`/c/${config.cluster}/pod/${encodeURIComponent(pod.namespace)}/${encodeURIComponent(pod.name)}.json?last=${seconds}`));

export const micros = (instant: string): Micros => Date.parse(instant) * 1000;
