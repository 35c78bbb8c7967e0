// What moves on the map: pods that fly from the queue to their node, pods that appear, bars on their way. Each change
// moves once and rests. Pausing freezes the flights, a step's come to their end; reduced motion replaces them by a ring.
import { byStep, clock, paused } from "../live/clock";
import { isPod, type PodSketch } from "../live/protocol";
import { onChanges } from "../live/store";

const FLIGHT = 480; // ms
const APPEAR = 180;
const FILL = 240;
const RING = 2000;
const MOST_FLIGHTS = 10; // an update
const FASTEST = 5 / (FLIGHT / 1000); // a flight that lasts more than 5 virtual seconds is none

export interface Flight {
  pod: PodSketch;
  spent: number;
  share: number; // of the way, eased
  free: boolean; // not frozen by the pause
}

const still = matchMedia("(prefers-reduced-motion: reduce)");

export const easeOut = (t: number): number => 1 - (1 - t) ** 3;

export class Motion {
  flights = new Map<string, Flight>();
  private appearing = new Map<string, number>();
  private rings = new Map<string, number>();
  private bars = new Map<string, { from: number; to: number; spent: number }>();
  private last = 0;

  constructor(private wake: () => void) {}

  /** Listens to the changes of the cluster; returns what ends it. */
  listen(): () => void {
    return onChanges((changes) => {
      let left = MOST_FLIGHTS;
      for (const { before, after } of changes) {
        if (after && isPod(after)) left -= this.moved(before && isPod(before) ? before : undefined, after, left);
        else if (before && !after) this.flights.delete(before.id);
      }
      this.wake();
    });
  }

  private moved(before: PodSketch | undefined, after: PodSketch, left: number): number {
    const arrived = after.node !== "" && !before?.node;
    if (!arrived) return 0;
    const now = performance.now();
    if (still.matches) this.rings.set(after.id, now + RING);
    else if (left > 0 && !this.tooFast()) {
      this.flights.set(after.id, { pod: after, spent: 0, share: 0, free: byStep() });
      return 1;
    } else this.appearing.set(after.id, now);
    return 0;
  }

  private tooFast(): boolean {
    const speed = clock.value?.speed ?? 1;
    return speed === 0 || speed > FASTEST;
  }

  /** Moves everything on to now; true while something still moves. */
  advance(now: number): boolean {
    const passed = this.last ? Math.min(50, now - this.last) : 16;
    let flying = false;
    for (const [id, flight] of this.flights) {
      const moves = flight.free || !paused.value;
      flying ||= moves;
      if (moves) flight.spent += passed;
      flight.share = easeOut(Math.min(1, flight.spent / FLIGHT));
      if (flight.spent >= FLIGHT) this.flights.delete(id);
    }
    for (const bar of this.bars.values()) bar.spent = Math.min(FILL, bar.spent + passed);
    for (const [id, start] of this.appearing) if (now - start > APPEAR) this.appearing.delete(id);
    for (const [id, until] of this.rings) if (now > until) this.rings.delete(id);
    const filling = [...this.bars.values()].some((bar) => bar.spent < FILL);
    const moving = flying || this.appearing.size > 0 || this.rings.size > 0 || filling;
    this.last = moving ? now : 0;
    return moving;
  }

  alpha = (id: string): number => {
    const start = this.appearing.get(id);
    return start === undefined ? 1 : Math.min(1, (performance.now() - start) / APPEAR);
  };

  ringed = (id: string): boolean => this.rings.has(id);

  flying = (id: string): boolean => this.flights.has(id);

  share = (key: string, target: number): number => {
    const bar = this.bars.get(key);
    if (!bar || still.matches) {
      this.bars.set(key, { from: target, to: target, spent: FILL });
      return target;
    }
    const shown = bar.from + (bar.to - bar.from) * easeOut(bar.spent / FILL);
    if (bar.to !== target) {
      this.bars.set(key, { from: shown, to: target, spent: 0 });
      this.wake();
    }
    return shown;
  };
}
