// How objects are put into words and numbers: the two lines of a pod's label, trouble, quantities.
import { gettext, pgettext } from "../i18n/i18n";
import type { NodeSketch, Phase, PodSketch, Sketch } from "./protocol";

const TROUBLE = /BackOff|Err|OOMKilled|Evicted|Invalid|ContainerStatusUnknown|DeadlineExceeded|ConfigError|NodeLost/;

/** The status of a pod that needs somebody's eye, else "". Such a pod is never dimmed. */
export function trouble(pod: PodSketch): string {
  return pod.phase === "Failed" || TROUBLE.test(pod.status) ? pod.status : "";
}

export const unschedulable = (pod: PodSketch): boolean => !pod.node && pod.message !== "";

const labels = new WeakMap<Sketch, [string, string]>();

/** What people call the object, and the generated rest of its name: ["web", "q4m2z"] for web-7c9d5f6b48-q4m2z. */
export function nameParts(sketch: Sketch): [string, string] {
  const known = labels.get(sketch);
  if (known) return known;
  const parts = split(sketch);
  labels.set(sketch, parts);
  return parts;
}

function split(sketch: Sketch): [string, string] {
  const { name, owner } = sketch;
  if (!owner || !name.startsWith(`${owner.name}-`)) return [name, ""];
  const rest = name.slice(owner.name.length + 1);
  const hash = sketch.labels?.["pod-template-hash"];
  const base = hash && owner.name.endsWith(`-${hash}`) ? owner.name.slice(0, -hash.length - 1) : owner.name;
  return sketch.kind === "ReplicaSet" ? [owner.name, rest] : [base, rest];
}

/** What stands under a pod's name: what is wrong, else what it is doing, else the rest of its name. */
export function subtitle(pod: PodSketch): string {
  const wrong = trouble(pod);
  if (wrong) return wrong;
  if (pod.phase !== "Running" && pod.status !== "Pending") return pod.status;
  return nameParts(pod)[1] || (pod.namespace !== "default" ? pod.namespace : "—");
}

/** What a node is short of, in the words of its conditions: MemoryPressure, DiskPressure, PIDPressure. */
export const pressures = (node: NodeSketch): string[] => node.conditions.filter(({ type, status }) => type.endsWith("Pressure") && status === "True").map(({ type }) => type);

/** 0.5, 1.9, 12: cores with no more digits than they need. */
export function cores(milli: number): string {
  const n = milli / 1000;
  return n >= 100 ? String(Math.round(n)) : String(Math.round(n * 100) / 100);
}

/** 250m or 2, as a manifest would say it. */
export const cpuQuantity = (milli: number): string => (milli % 1000 ? `${milli}m` : String(milli / 1000));

const MI = 2 ** 20;
const GI = 2 ** 30;

export function memoryQuantity(bytes: number): string {
  if (bytes >= GI && bytes % GI === 0) return `${bytes / GI}Gi`;
  if (!bytes) return "0";
  return bytes >= MI ? `${Math.round(bytes / MI)}Mi` : `${Math.round(bytes / 1024)}Ki`;
}

/** Two amounts of memory in one unit: ["328", "1600Mi"]. */
export function memoryPair(part: number, whole: number): [string, string] {
  if (whole < 10 * GI) return [String(Math.round(part / MI)), `${Math.round(whole / MI)}Mi`];
  const digits = (bytes: number): string => String(Math.round((bytes / GI) * 10) / 10);
  return [digits(part), `${digits(whole)}Gi`];
}

export const cpuPair = (part: number, whole: number): [string, string] => [cores(part), cores(whole)];

export function amounts(of: { cpu: number; memory: number }): string {
  const parts = [of.cpu && `${cpuQuantity(of.cpu)} CPU`, of.memory && memoryQuantity(of.memory)].filter(Boolean);
  return parts.join(" · ") || gettext("none");
}

export const phaseWord = (phase: Phase): string =>
  ({
    Running: pgettext("phase", "Running"),
    Pending: pgettext("phase", "Pending"),
    Succeeded: pgettext("phase", "Succeeded"),
    Failed: pgettext("phase", "Failed"),
    Terminating: pgettext("phase", "Terminating"),
    Unknown: pgettext("phase", "Unknown"),
  })[phase];
