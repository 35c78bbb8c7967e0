// The manifest of the pod that is being carried, and how the form's fields change it. Manifests are replaced, not mutated.
import type { PodSketch } from "../live/protocol";
import { pods } from "../live/store";

export interface Container {
  name: string;
  image: string;
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  [field: string]: unknown;
}

export interface PodManifest {
  apiVersion: "v1";
  kind: "Pod";
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  spec: { containers: Container[]; nodeSelector?: Record<string, string>; nodeName?: string; [field: string]: unknown };
}

export const IMAGES = ["nginx", "redis", "busybox"] as const;

const HOST_NAME = "kubernetes.io/hostname";

export function podOf(image: string): PodManifest {
  const name = freeName(baseName(image), "default");
  // busybox has nothing to do by itself: it would end at once and be started again and again.
  const command = image === "busybox" ? { command: ["sleep", "3600"] } : {};
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default", labels: { app: name } },
    spec: {
      containers: [
        { name: baseName(image), image, ...command, resources: { requests: { cpu: "250m", memory: "128Mi" }, limits: { memory: "256Mi" } } },
      ],
    },
  };
}

/** registry.example/team/My_App:1.2 is called my-app. */
export function baseName(image: string): string {
  const last = image.split("/").pop()!.split(/[:@]/)[0]!;
  return last.toLowerCase().replace(/[^a-z0-9-]+/g, "-").replace(/^-+|-+$/g, "") || "pod";
}

export function freeName(base: string, namespace: string): string {
  const taken = (name: string): boolean => pods.has(`pods/${namespace}/${name}`);
  let name = base;
  for (let n = 2; taken(name); n++) name = `${base}-${n}`;
  return name;
}

export function withName(pod: PodManifest, name: string): PodManifest {
  const app = pod.metadata.labels?.app === pod.metadata.name ? { labels: { ...pod.metadata.labels, app: name } } : {};
  return { ...pod, metadata: { ...pod.metadata, ...app, name } };
}

export const withNamespace = (pod: PodManifest, namespace: string): PodManifest => ({ ...pod, metadata: { ...pod.metadata, namespace } });

function withFirst(pod: PodManifest, change: (container: Container) => Container): PodManifest {
  const [first, ...others] = pod.spec.containers;
  return first ? { ...pod, spec: { ...pod.spec, containers: [change(first), ...others] } } : pod;
}

/** Another image; a name that still was the image's goes with it. */
export function withImage(pod: PodManifest, image: string): PodManifest {
  const before = baseName(pod.spec.containers[0]?.image ?? "");
  const base = baseName(image);
  const changed = withFirst(pod, (container) => {
    const { command, ...rest } = container;
    const keep = image === "busybox" ? { command: command ?? ["sleep", "3600"] } : before === "busybox" || !command ? {} : { command };
    return { ...rest, ...keep, image, name: container.name === before ? base : container.name };
  });
  const { name, namespace } = pod.metadata;
  return new RegExp(`^${before}(-\\d+)?$`).test(name) ? withName(changed, freeName(base, namespace ?? "default")) : changed;
}

export type Amount = "requests.cpu" | "requests.memory" | "limits.cpu" | "limits.memory";

export function amountOf(pod: PodManifest, which: Amount): string {
  const [group, name] = which.split(".") as ["requests" | "limits", string];
  return String(pod.spec.containers[0]?.resources?.[group]?.[name] ?? "");
}

/** An empty value takes the field away. */
export function withAmount(pod: PodManifest, which: Amount, value: string): PodManifest {
  const [group, name] = which.split(".") as ["requests" | "limits", string];
  return withFirst(pod, (container) => {
    const { [name]: _, ...rest } = container.resources?.[group] ?? {};
    const amounts = value ? { ...rest, [name]: value } : rest;
    const { [group]: __, ...other } = container.resources ?? {};
    const resources = Object.keys(amounts).length ? { ...other, [group]: amounts } : other;
    const { resources: ___, ...bare } = container;
    return Object.keys(resources).length ? { ...bare, resources } : (bare as Container);
  });
}

/** The pod bound for one node: by its host name, so that the scheduler still checks it, or past the scheduler. */
export function pinned(pod: PodManifest, node: { name: string; labels?: Record<string, string> }, bypass: boolean): PodManifest {
  const place = bypass
    ? { nodeName: node.name }
    : { nodeSelector: { ...pod.spec.nodeSelector, [HOST_NAME]: node.labels?.[HOST_NAME] ?? node.name } };
  return { ...pod, spec: { ...pod.spec, ...place } };
}

const BINARY = 1024;
const FACTORS: Record<string, number> = {
  m: 1e-3, "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, Ki: BINARY, Mi: BINARY ** 2, Gi: BINARY ** 3, Ti: BINARY ** 4,
};

function quantity(text: unknown): number {
  const match = /^\s*([0-9.]+(?:e[+-]?\d+)?)([A-Za-z]*)\s*$/.exec(String(text ?? ""));
  const factor = FACTORS[match?.[2] ?? "?"];
  return match && factor !== undefined ? Number(match[1]) * factor : 0;
}

/** What the pod asks for in all: milli-cores and bytes, for the preview on the bars. The server's figures decide. */
export function requestOf(pod: PodManifest): { cpu: number; memory: number } {
  const sum = { cpu: 0, memory: 0 };
  for (const { resources } of pod.spec.containers ?? []) {
    sum.cpu += quantity(resources?.requests?.cpu ?? resources?.limits?.cpu) * 1000;
    sum.memory += quantity(resources?.requests?.memory ?? resources?.limits?.memory);
  }
  return sum;
}

export function qosOf(pod: PodManifest): PodSketch["qos"] {
  const containers = pod.spec.containers ?? [];
  const named = (container: Container): number =>
    Object.keys(container.resources?.requests ?? {}).length + Object.keys(container.resources?.limits ?? {}).length;
  if (containers.every((container) => named(container) === 0)) return "BestEffort";
  const fixed = containers.every(({ resources }) =>
    ["cpu", "memory"].every((name) => {
      const limit = resources?.limits?.[name];
      return limit !== undefined && quantity(resources?.requests?.[name] ?? limit) === quantity(limit);
    }),
  );
  return fixed ? "Guaranteed" : "Burstable";
}
