// What the server answers about a pod's past: use, states and ends over time, and the periods of a CPU quota.
import { config } from "../app/config";
import { getJson } from "../live/http";
import type { Micros, Sketch } from "../live/protocol";
import type { CpuStat } from "../node/doors";
import type { Amounts, Container } from "./doors";

export interface Bounds {
  at: Micros;
  requests: Amounts;
  limits: Amounts;
}

export interface StateSpan {
  at: Micros;
  kind: "" | "waiting" | "running" | "terminated";
  reason: string;
  exitCode: number | null;
  ready: boolean;
}

export interface End {
  at: Micros;
  began: Micros;
  exitCode: number;
  reason: string;
}

type Figures = (number | null)[];

/** One figure for each instant of `Course.at`, null where it did not run. */
export interface Column {
  bounds: Bounds[];
  cpu: Figures; // thousandths of a core
  memory: Figures; // bytes
  throttled: Figures; // which part of the quota's periods, 0 to 1
}

export interface ContainerCourse extends Column {
  name: string;
  kind: Container["kind"];
  states: StateSpan[];
  ends: End[];
}

export interface Course {
  namespace: string;
  name: string;
  uid: string;
  node: string;
  since: Micros;
  until: Micros;
  reach: Micros; // from when on the log tells
  created: Micros;
  gone: Micros | null;
  at: Micros[];
  pod: Column;
  containers: ContainerCourse[];
}

export interface Period {
  at: Micros;
  used: number; // microseconds of CPU
  waited: number; // microseconds in which all threads wait
}

export interface Windows {
  container: string;
  at: Micros;
  periodMicroseconds: number;
  quota: number | null;
  running: boolean;
  threads: number;
  every: number; // microseconds from one burst to the next, 0 where work is spread evenly
  periods: Period[];
  stat: CpuStat | null;
  burst: { alone: number; heldUp: number } | null; // microseconds that a burst takes without the quota and with it
}

const door = (pod: Sketch, name: string): string => `/c/${config.cluster}/pod/${encodeURIComponent(pod.namespace)}/${encodeURIComponent(pod.name)}/${name}.json`;

export const courseOf = (pod: Sketch, seconds: number): Promise<Course> => getJson(`${door(pod, "use")}?last=${seconds}`);

export function windowsOf(pod: Sketch, container: string, at: Micros): Promise<Windows> {
  const query = new URLSearchParams({ container, at: new Date(at / 1000).toISOString() });
  return getJson(`${door(pod, "windows")}?${query}`);
}

/** What held at an instant: the last of these that had begun. */
export function heldAt<T extends { at: Micros }>(held: T[], at: Micros): T | undefined {
  return held.findLast((one) => one.at <= at);
}
