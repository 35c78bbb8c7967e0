// What the server answers about the log.
import { config } from "../app/config";
import { getJson, type Step } from "../live/http";
import type { Entry } from "../live/protocol";

export interface Line extends Entry {
  namespace: string;
}

export interface Page {
  lines: Line[];
  more: number | null;
}

export interface Choices {
  resources: string[];
  namespaces: string[];
  components: string[];
}

export interface Chain {
  id: string;
  question: string;
  steps: Step[];
}

const root = `/c/${config.cluster}/log`;

export function pageOf(filter: Record<string, string>, before: number | null): Promise<Page> {
  const asked = new URLSearchParams(Object.entries(filter).filter(([, value]) => value));
  if (before !== null) asked.set("before", String(before));
  return getJson(`${root}.json?${asked}`);
}

export const choices = (): Promise<Choices> => getJson(`${root}/choices.json`);

export const chainOf = (revision: number): Promise<Chain> => getJson(`${root}/${revision}.json`);
