// What the nodes use, as metrics-server tells: asked for while their cards show it and the clock moves.
import { effect, signal } from "@preact/signals";
import { config } from "../app/config";
import { shownNow } from "../live/clock";
import { getJson } from "../live/http";
import { nodes } from "../live/store";

const EVERY = 5000; // ms
const MOST_NODES = 100; // of more, each answer would take longer than it is good for

interface Metrics {
  items: { metadata: { name: string }; usage: { cpu: string; memory: string } }[];
}

/** Thousandths of a core and bytes, by node. */
export const used = signal<ReadonlyMap<string, { cpu: number; memory: number }>>(new Map());

const UNITS: Record<string, number> = { n: 1e-9, u: 1e-6, m: 1e-3, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, "": 1 };

export function amount(text: string): number {
  const [, figure, unit] = /^([\d.]+)(\D*)$/.exec(text) ?? [];
  return Number(figure ?? 0) * (UNITS[unit ?? ""] ?? 1);
}

/** Asks until what it returns is called. */
export function followUse(): () => void {
  let asked = -1;
  let mine = true;
  const look = async (): Promise<void> => {
    const now = shownNow();
    if (now === asked || document.hidden || !nodes.size || nodes.size > MOST_NODES) return;
    asked = now;
    try {
      const told = await getJson<Metrics>(`${config.api}/apis/metrics.k8s.io/v1beta1/nodes`);
      if (mine) used.value = new Map(told.items.map((one) => [one.metadata.name, { cpu: amount(one.usage.cpu) * 1000, memory: amount(one.usage.memory) }]));
    } catch {
      if (mine && used.peek().size) used.value = new Map(); // nothing measured is drawn as long as nothing is measured
    }
  };
  const timer = setInterval(() => void look(), EVERY);
  const first = setTimeout(() => void look(), 300);
  return () => {
    mine = false;
    clearInterval(timer);
    clearTimeout(first);
  };
}

export const onUse = (act: () => void): (() => void) => effect(() => {
  void used.value;
  act();
});
