// The scheduler as the server tells of it: asked again while it is looked at and something changes.
import { effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { pictured } from "../live/clock";
import type { Micros } from "../live/protocol";
import { version } from "../live/store";
import { scheduler, type Queued, type Scheduler } from "./doors";

const EVERY = 700; // ms between two questions

export const told = signal<Scheduler | null>(null);
export const problem = signal("");
let asking = false;
let lookers = 0;
let timer = 0;

export async function ask(): Promise<void> {
  if (asking) return;
  asking = true;
  const instant = pictured.peek();
  try {
    told.value = await scheduler();
    problem.value = "";
  } catch (error) {
    problem.value = (error as Error).message;
  } finally {
    asking = false;
    if (pictured.peek() !== instant) soon();
  }
}

function soon(): void {
  timer ||= window.setTimeout(() => {
    timer = 0;
    if (lookers) void ask();
  }, EVERY);
}

/** Keeps `told` fresh while the component is there. */
export function useScheduler(): Scheduler | null {
  useEffect(() => {
    lookers++;
    void ask();
    const end = effect(() => {
      void [version.value, pictured.value];
      soon();
    });
    return () => {
      lookers--;
      end();
    };
  }, []);
  return told.value;
}

export const PLACES: Queued["place"][] = ["active", "backoff", "unschedulable", "gated", "binding"];

export const micros = (instant: string): Micros => Date.parse(instant) * 1000;
