// What the server answers about how two clusters differ.
import { config } from "../app/config";
import { getJson } from "../live/http";
import type { Micros, Phase } from "../live/protocol";

export interface Side {
  name: string;
  at: Micros;
  start: Micros;
  nodes: { name: string; phases: Partial<Record<Phase, number>> }[];
}

export interface Difference {
  id: string;
  kind: string;
  namespace: string;
  name: string;
  only: "left" | "right" | null;
  fields: { path: string; left: string | null; right: string | null }[];
}

export interface Compared {
  left: Side;
  right: Side;
  counts: { kind: string; left: number; right: number }[];
  objects: Difference[];
  more: number;
}

export function compare(other: string, at: Micros | null): Promise<Compared> {
  const instant = at === null ? "" : `?at=${Math.round(at)}`;
  return getJson(`/c/${config.cluster}/compare/${other}.json${instant}`);
}
