// What the server answers about autoscalers: what they saw and did, and what they would do with other behaviors.
import { config } from "../app/config";
import { getJson, objectUrl, send } from "../live/http";
import type { Micros } from "../live/protocol";

export const RESOURCE = "horizontalpodautoscalers.autoscaling";
const MERGE = "application/merge-patch+json";

export interface Name {
  namespace: string;
  name: string;
}

export interface Listed extends Name {
  target: { kind: string; name: string };
  least: number;
  most: number;
  current: number;
  desired: number;
}

export interface Metric {
  name: string;
  resource: string; // cpu, memory, or empty
  form: string; // Utilization, AverageValue, Value
  value: number | null;
  target: number | null;
  replicas: number | null; // what it asks for
}

export interface Policy {
  type: string;
  value: number | string;
  periodSeconds: number | string;
}

export interface Step {
  at: Micros;
  looked: boolean; // else only the bounds have changed
  failed: string; // why nothing could be decided
  least: number;
  most: number;
  current: number | null; // before it
  recommended: number | null;
  stabilized: number | null;
  replicas: number | null; // after it
  limit: string | null; // the reason of ScalingLimited
  policy: Partial<Policy & { selectPolicy: string }> | null;
  window: number | null; // seconds of the stabilization window that holds it
  metrics: Metric[];
}

/** What a chart draws. */
export interface Course {
  since: Micros;
  until: Micros;
  steps: Step[];
  load?: Micros | null; // when the load changes
}

export interface Rules {
  stabilizationWindowSeconds?: number | string;
  selectPolicy?: string;
  policies?: Policy[];
}

export type Way = "scaleUp" | "scaleDown";
export type Behavior = Partial<Record<Way, Rules>>;

export interface Load extends Name {
  resource: string;
  text: string;
  value: number | null;
  waits: boolean; // its clients wait for answers: it has no rate
  suspended: boolean;
}

export interface Chart extends Course, Listed {
  complete: boolean;
  behavior: Behavior;
  ownBehavior: boolean;
  conditions: { type: string; status: string; reason: string; message: string }[];
  loads: Load[];
}

export type Which = "first" | "second";

export interface Edits {
  first?: Behavior;
  second?: Behavior;
  minutes?: number;
  load?: { resource: string; namespace: string; name: string; value: string; afterSeconds: number };
}

export interface Compared extends Course {
  complete: boolean;
  load: Micros | null;
  first: { behavior: Behavior; steps: Step[] };
  second: { behavior: Behavior; steps: Step[] };
}

const door = ({ namespace, name }: Name): string => `/c/${config.cluster}/autoscaler/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;

export const listOf = (): Promise<{ autoscalers: Listed[] }> => getJson(`/c/${config.cluster}/autoscaler/`);
export const chartOf = (name: Name, seconds: number): Promise<Chart> => getJson(`${door(name)}/chart.json?last=${seconds}`);
export const compare = (name: Name, edits: Edits): Promise<Compared> => send("POST", `${door(name)}/compare/`, edits);

/** Writes another rate, or another use of CPU. */
export function write({ resource, namespace, name }: Load, text: string): Promise<unknown> {
  const spec = resource.startsWith("traffics") ? { rate: text } : { cpu: { idle: text } };
  return send("PATCH", objectUrl(resource, namespace, name), { spec }, MERGE);
}
