// What travels on the wires of the control plane: for each change of the log, the watch that told its writer, the
// write, and the store. One after another, so that the way from a request to a running pod can be followed.
import type { Entry } from "../live/protocol";
import { isNews, stationOf, type Station } from "./stations";

export type Verb = "watch" | "write" | "bind" | "store";

export interface Leg {
  verb: Verb;
  from: Station;
  to: Station;
  entry: Entry;
}

/** The legs of changes in the order of the log; what one component does to many objects of a kind at once is one. */
export function legsOf(entries: Entry[]): Leg[] {
  const legs: Leg[] = [];
  let last = "";
  for (const entry of entries.filter(isNews)) {
    const by = stationOf(entry.component);
    const like = [by, entry.op, entry.kind, entry.rule].join();
    if (like === last) continue;
    last = like;
    if (by !== "apiserver") {
      if (by !== "kubectl" && entry.ledBy !== null) legs.push({ verb: "watch", from: "apiserver", to: by, entry });
      legs.push({ verb: entry.rule === "Bind" ? "bind" : "write", from: by, to: "apiserver", entry });
    }
    legs.push({ verb: "store", from: "apiserver", to: "etcd", entry });
  }
  return legs;
}

const FLIGHT = 480; // ms
const FASTEST = 120;
const MOST = 30; // legs that wait: what is older is not shown

/** Plays legs one at a time, the faster the more wait. `show` draws one, and is told how long it may take. */
export class Pulses {
  private waiting: { leg: Leg; free: boolean }[] = [];
  private current: { animation: Animation; free: boolean } | null = null;

  constructor(private show: (leg: Leg, ms: number) => Animation) {}

  /** `free`: they move though the clock stands. */
  add(legs: Leg[], free: boolean): void {
    if (free) this.thaw();
    this.waiting = [...this.waiting, ...legs.map((leg) => ({ leg, free }))].slice(-MOST);
    this.next();
  }

  /** Stands still, or goes on. */
  hold(frozen: boolean): void {
    if (!this.current) return this.next();
    if (frozen && !this.current.free) this.current.animation.pause();
    else if (this.current.animation.playState === "paused") this.current.animation.play();
  }

  /** Forgets what travels and what waits. */
  clear(): void {
    this.waiting = [];
    this.current?.animation.finish();
  }

  close(): void {
    this.waiting = [];
    this.current?.animation.cancel();
  }

  /** What was frozen makes way for what happens now. */
  private thaw(): void {
    if (this.current?.animation.playState === "paused") this.clear();
  }

  private next(): void {
    if (this.current) return;
    const first = this.waiting.shift();
    if (!first) return;
    const ms = Math.max(FASTEST, FLIGHT / (1 + this.waiting.length / 5));
    const animation = this.show(first.leg, ms);
    this.current = { animation, free: first.free };
    animation.onfinish = () => {
      this.current = null;
      this.next();
    };
  }
}
