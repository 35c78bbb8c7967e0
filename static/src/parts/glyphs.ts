// The shapes that stand for phases and parts of a cluster, as path data round a centre or in a square of 16.
// Canvas and SVG draw the same paths.
import type { Phase } from "../live/protocol";

/** Phase glyphs, centred on 0,0, about 10 wide. `solid` is filled, everything else is stroked 1.9 wide. */
export const PHASE_GLYPHS: Record<Phase, { path: string; solid?: boolean }> = {
  Running: { path: "M-2.9-4.3 4.4 0-2.9 4.3z", solid: true },
  Succeeded: { path: "M-4 .4-1.2 3.2 4.2-3" },
  Pending: { path: "M4.2 0A4.2 4.2 0 1 1-4.2 0 4.2 4.2 0 1 1 4.2 0M0-2.4V.2L1.8 1.4" },
  Failed: { path: "M-3.4-3.4 3.4 3.4M3.4-3.4-3.4 3.4" },
  Terminating: { path: "M0-4.4V4M-3.4.8 0 4.2 3.4.8" },
  Unknown: { path: "M-2.2-2.2A2.3 2.3 0 1 1 0 .5V1.5M0 4.2V4.3" },
};

/** The effect of a taint: what it does to pods that do not tolerate it. */
export const EFFECT_GLYPHS: Record<string, string> = {
  NoSchedule: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM3.8 3.8l8.4 8.4",
  PreferNoSchedule: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 2v12",
  NoExecute: "M8 3 13 9H3zM3 12.5h10",
};

export const ICONS = {
  pod: "M8 1.8 13.5 5v6L8 14.2 2.5 11V5zM2.5 5 8 8l5.5-3M8 8v6.2",
  node: "M2 3h12v4.2H2zM2 8.8h12V13H2zM4.5 5.1h.1M4.5 10.9h.1M8 5.1h3.5M8 10.9h3.5",
  deployment: "M2.5 6.5h7v7h-7zM5 4h7v7M7.5 1.5h7v7",
  replicaset: "M2.5 5.5h8v8h-8zM5.5 2.5h8v8",
  statefulset: "M3 2.5h8v3H3zM3 6.5h8v3H3zM3 10.5h8v3H3zM13.5 3v10",
  job: "M2.5 2.5h11v11h-11zM5 8.2l2.2 2.2L11 6",
  daemonset: "M1.5 10.5h3.6v3.6H1.5zM6.2 10.5h3.6v3.6H6.2zM10.9 10.5h3.6v3.6h-3.6zM3.3 10V6h9.4v4M8 10V2.5",
  cronjob: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.6V8l2.4 1.6",
  ingress: "M2 8h7M6.5 5.2 9.3 8l-2.8 2.8M11 2.5h2.5v11H11",
  hpa: "M5.5 5.5h5v5h-5zM2 5V2h3M11 2h3v3M14 11v3h-3M5 14H2v-3",
  configmap: "M2.5 4h11M2.5 8h11M2.5 12h11M5.5 2.6v2.8M10.5 6.6v2.8M7 10.6v2.8",
  secret: "M5 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM7.5 8h6.5v2.6M11.4 8v2",
  pvc: "M2.8 4c0-2 10.4-2 10.4 0v8c0 2-10.4 2-10.4 0zM2.8 4c0 2 10.4 2 10.4 0M2.8 8c0 2 10.4 2 10.4 0",
  traffic: "M2 5.2h10M9.6 2.8 12 5.2 9.6 7.6M14 10.8H4M6.4 8.4 4 10.8l2.4 2.4",
  fault: "M9 1.8 3.4 9h4L6.6 14.2 12.6 7H8.4z",
  paste: "M5.5 2.5h5v2h-5zM5.5 3.5H3.5v10h9v-10h-2M6 8h4M6 10.5h4",
  folder: "M2 4h4.2l1.4 1.6H14v7.4H2z",
  download: "M8 2v8M4.8 7 8 10.2 11.2 7M3 13.2h10",
  pencil: "M3 13l.8-3L10.8 3l2.2 2.2-7 7z",
  service: "M8 5.6a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8zM8 1.5v4M8 10.5v4M1.5 8h4M10.5 8h4",
  object: "M3.5 2h6l3 3v9h-9zM9.5 2v3h3",
  kubectl: "M1.5 2.5h13v11h-13zM4 6l2.2 2L4 10M8 10.5h3.5",
  apiserver: "M2 8h12M8 2v12M3.8 3.8l8.4 8.4M12.2 3.8 3.8 12.2",
  etcd: "M2.5 4c0-2.6 11-2.6 11 0v8c0 2.6-11 2.6-11 0zM2.5 4c0 2.6 11 2.6 11 0",
  controllers: "M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM13.5 8A5.5 5.5 0 1 1 11.6 3.9M12.2 1.4v2.8H9.4",
  scheduler: "M2 2.5h5v4H2zM2 9.5h5v4H2zM9.5 4.5H12v3.5M9.5 11.5H12V8M10.3 6.5 12 8.2l1.7-1.7",
  sun: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8 13 13M13 3l-1.2 1.2M4.2 11.8 3 13",
  moon: "M13 9.6A5.6 5.6 0 0 1 6.4 3 5.6 5.6 0 1 0 13 9.6z",
  help: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM6.3 6.4a1.8 1.8 0 1 1 2.4 1.7c-.5.2-.7.5-.7 1.1M8 11.3v.1",
  close: "M4 4l8 8M12 4l-8 8",
  right: "M6.2 4 10 8l-3.8 4",
  play: "M5 3.2 12.6 8 5 12.8z",
  pause: "M5.2 3.4v9.2M10.8 3.4v9.2",
  next: "M4 3.5 10 8l-6 4.5zM12.2 3.5v9",
  warning: "M8 2.3 14.4 13.4H1.6zM8 6.4v3.4M8 11.6v.1",
  refused: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM3.8 3.8l8.4 8.4",
  offline: "M2 2l12 12M5.3 8.8a4 4 0 0 1 5.4 0M3 6.3a7.4 7.4 0 0 1 2-1.3M7.4 4a7.4 7.4 0 0 1 5.6 2.3M8 12v.1",
  lock: "M4 7.2h8v6.3H4zM5.6 7.2V5a2.4 2.4 0 0 1 4.8 0v2.2",
  minus: "M3.5 8h9",
  plus: "M3.5 8h9M8 3.5v9",
  reset: "M13 8a5 5 0 1 1-1.6-3.7M13.2 2.2v3h-3",
  flag: "M4 1.5v13M4 2.5h8.5L10.5 5.5 12.5 8.5H4",
  list: "M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.1M2.5 8h.1M2.5 12h.1",
  branch: "M4.5 5.5v5M4.5 2.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM4.5 10.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM11.5 3.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM11.5 6.5c0 3-7 1-7 4",
  trash: "M3 4.5h10M6.5 4.5V2.8h3v1.7M4.3 4.5l.6 9h6.2l.6-9M6.8 7v4.2M9.2 7v4.2",
} as const;

export type IconName = keyof typeof ICONS;

export function kindIcon(resource: string): IconName {
  const plural = resource.split(".")[0]!;
  const known: Record<string, IconName> = {
    pods: "pod",
    nodes: "node",
    deployments: "deployment",
    replicasets: "replicaset",
    statefulsets: "statefulset",
    jobs: "job",
    cronjobs: "cronjob",
    ingresses: "ingress",
    horizontalpodautoscalers: "hpa",
    configmaps: "configmap",
    secrets: "secret",
    persistentvolumeclaims: "pvc",
    nodegroups: "node",
    traffics: "traffic",
    faults: "fault",
    daemonsets: "daemonset",
    services: "service",
  };
  return known[plural] ?? "object";
}
