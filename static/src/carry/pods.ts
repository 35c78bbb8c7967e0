// What can be read off a pod's manifest: what it asks for, its QoS class, and how it is bound for one node.
import { valueAt, withEdit, type Body } from "../build/body";
import type { PodSketch } from "../live/protocol";
import { nodes } from "../live/store";

interface Container {
  resources?: { requests?: Record<string, unknown>; limits?: Record<string, unknown> };
}

const HOST_NAME = "kubernetes.io/hostname";

/** The pod bound for one node: by its host name, so that the scheduler still checks it, or past the scheduler. */
export function pinned(pod: Body, node: string, past: boolean): Body {
  if (past) return withEdit(pod, [["spec", "nodeName"], node]);
  return withEdit(pod, [["spec", "nodeSelector", HOST_NAME], nodes.get(node)?.labels?.[HOST_NAME] ?? node]);
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

function containersOf(pod: Body): Container[] {
  const held = valueAt(pod, ["spec", "containers"]);
  return Array.isArray(held) ? (held as (Container | null)[]).map((one) => one ?? {}) : [];
}

/** What the pod asks for in all: milli-cores and bytes, for the preview on the bars. The server's figures decide. */
export function requestOf(pod: Body): { cpu: number; memory: number } {
  const sum = { cpu: 0, memory: 0 };
  for (const { resources } of containersOf(pod)) {
    sum.cpu += quantity(resources?.requests?.cpu ?? resources?.limits?.cpu) * 1000;
    sum.memory += quantity(resources?.requests?.memory ?? resources?.limits?.memory);
  }
  return sum;
}

export function qosOf(pod: Body): PodSketch["qos"] {
  const containers = containersOf(pod);
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
