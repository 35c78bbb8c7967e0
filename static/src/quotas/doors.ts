// What the server answers about quotas and limits.
import { config } from "../app/config";
import { asShown, getJson } from "../live/http";
import type { Micros } from "../live/protocol";

export interface NamespaceLine {
  name: string;
  quotas: number;
  limitRanges: number;
  fullest: number; // of its fullest quota, how much is used
}

export interface Row {
  resource: string;
  used: string;
  hard: string;
  share: number;
}

export interface Quota {
  name: string;
  scopes: string[];
  rows: Row[];
  isFresh: boolean; // the quota controller has not looked yet
}

export interface Bound {
  resource: string;
  min: string | null;
  max: string | null;
  default: string | null;
  defaultRequest: string | null;
  maxLimitRequestRatio: string | null;
}

export interface Exceeded {
  quota: string;
  rows: { resource: string; requested: string; used: string; hard: string }[];
}

export interface RefusalLine {
  at: Micros;
  user: string;
  verb: string;
  resource: string;
  name: string;
  reason: string;
  message: string;
  count: number;
  exceeded: Exceeded | null;
}

export interface Bounds {
  namespace: string;
  quotas: Quota[];
  limitRanges: { name: string; limits: { type: string; rows: Bound[] }[] }[];
  filled: { pod: string; text: string }[];
  refusals: RefusalLine[];
}

const root = `/c/${config.cluster}/quotas/`;

export const namespacesOf = (): Promise<{ namespaces: NamespaceLine[] }> => getJson(asShown(root));

export const boundsOf = (namespace: string): Promise<Bounds> => getJson(asShown(`${root}${encodeURIComponent(namespace)}.json`));
