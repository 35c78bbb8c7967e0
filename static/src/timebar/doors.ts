// What the server answers about the line of time, and the orders that change it.
import { config } from "../app/config";
import { getJson, send } from "../live/http";
import type { Micros } from "../live/protocol";

export interface Mark {
  id: number;
  at: Micros;
  kind: "bookmark" | "lesson";
  text: string;
}

export interface Failure {
  at: Micros;
  id: string | null;
  text: string;
}

export interface Branch {
  name: string;
  parent: string | null;
  at: Micros | null;
  now: Micros;
  own: boolean;
}

export interface Line {
  revision: number;
  start: Micros;
  reach: Micros | null;
  now: Micros;
  marks: Mark[];
  failures: Failure[];
  branches: Branch[];
}

const root = `/c/${config.cluster}/`;

export const lineSince = (revision: number): Promise<Line> => getJson(`${root}line.json?since=${revision}`);
export const addMark = (at: Micros, text: string): Promise<Mark> => send("POST", `${root}mark`, { at: Math.round(at), text });
export const deleteMark = (id: number): Promise<object> => send("POST", `${root}mark/${id}/delete`, {});
export const branchAt = (at: Micros, name: string): Promise<{ name: string; url: string }> => send("POST", `${root}branch`, { at: Math.round(at), name });
export const rewindTo = (at: Micros): Promise<object> => send("POST", `${root}rewind`, { at: Math.round(at) });
