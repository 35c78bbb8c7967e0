// The line of time as it is known: marks, branches and failures, asked for again while the cluster changes.
import { signal } from "@preact/signals";
import { revision } from "../live/store";
import { lineSince, type Failure, type Line } from "./doors";

const CALM = 3000; // ms between two questions
const MOST = 2000; // failures kept

export const line = signal<Line | null>(null);

let asking = false;
let again = false;
let timer = 0;

/** Asks now: something was done to the line. */
export async function look(): Promise<void> {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  const known = line.peek();
  try {
    const told = await lineSince(known?.revision ?? 0);
    const rewound = known !== null && told.now < known.now;
    const before = rewound ? known.failures.filter((one) => one.at <= told.now) : (known?.failures ?? []);
    line.value = { ...told, failures: [...before, ...told.failures].slice(-MOST) };
  } catch {
    // The bar goes on with what it knows; a lost connection is told elsewhere.
  }
  asking = false;
  if (again) {
    again = false;
    void look();
  }
}

export function follow(): () => void {
  void look();
  return revision.subscribe(() => {
    if (timer || document.hidden) return;
    timer = window.setTimeout(() => {
      timer = 0;
      void look();
    }, CALM);
  });
}

export interface Spot {
  at: number; // micros
  kind: "failure" | "bookmark" | "lesson" | "branch";
  text: string;
  count: number;
  id?: string | null; // the object that a failure is about
  mark?: number;
  branch?: string;
}

/** What is drawn on the line: failures that would lie upon each other are one spot. */
export function spots(of: Line, cluster: string, pieces: number): Spot[] {
  const width = Math.max(1, (of.now - of.start) / pieces);
  const gathered = new Map<number, Spot>();
  for (const one of of.failures as Failure[]) {
    const place = Math.floor((one.at - of.start) / width);
    const held = gathered.get(place);
    if (held) held.count++;
    else gathered.set(place, { at: one.at, kind: "failure", text: one.text, count: 1, id: one.id });
  }
  const marks = of.marks.map((one): Spot => ({ at: one.at, kind: one.kind, text: one.text, count: 1, mark: one.id }));
  const forks = of.branches.filter((one) => one.parent === cluster && one.at !== null);
  const branches = forks.map((one): Spot => ({ at: one.at!, kind: "branch", text: one.name, count: 1, branch: one.name }));
  return [...gathered.values(), ...marks, ...branches].sort((a, b) => a.at - b.at);
}
