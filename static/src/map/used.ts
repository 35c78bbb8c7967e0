// What the nodes use, as metrics-server tells, and the disk: asked for while their cards show it and the clock moves.
import { effect, signal } from "@preact/signals";
import { config } from "../app/config";
import { pictured, presentNow } from "../live/clock";
import { asShown, getJson } from "../live/http";
import type { Resources } from "../live/protocol";
import { nodes } from "../live/store";

const EVERY = 5000; // ms
const SOON = 300; // ms after the page or another instant is there
const MOST_NODES = 100; // of more, each answer would take longer than it is good for

/** By node. */
export const used = signal<ReadonlyMap<string, Resources>>(new Map());

/** Asks until what it returns is called. */
export function followUse(): () => void {
  let asked = -1;
  let mine = true;
  const look = async (): Promise<void> => {
    const now = pictured.peek() ?? presentNow();
    if (now === asked || document.hidden || !nodes.size || nodes.size > MOST_NODES) return;
    asked = now;
    try {
      const told = await getJson<{ nodes: Record<string, Resources> }>(asShown(`/c/${config.cluster}/nodes/use.json`));
      if (mine && asked === now) used.value = new Map(Object.entries(told.nodes));
    } catch {
      if (mine && used.peek().size) used.value = new Map(); // nothing measured is drawn as long as nothing is measured
    }
  };
  const timer = setInterval(() => void look(), EVERY);
  let soon: ReturnType<typeof setTimeout> | undefined;
  const end = effect(() => {
    void pictured.value;
    clearTimeout(soon);
    soon = setTimeout(() => void look(), SOON);
  });
  return () => {
    mine = false;
    end();
    clearInterval(timer);
    clearTimeout(soon);
  };
}

export const onUse = (act: () => void): (() => void) => effect(() => {
  void used.value;
  act();
});
