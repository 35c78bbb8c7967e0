// Where everything stands on the map: zones, the cards of their nodes, the tiles of their pods. Pure geometry.
//
// How large a card is says what is drawn of it (`Level`). Tiles shrink card by card: with two lines beside them, with
// one, plain, small, tiny. The tiles of a card are placed when somebody first asks for them.
import type { NodeSketch, PodSketch } from "../live/protocol";
import { headOf, levelOf, shape, type Level } from "./shape";

export interface Cell {
  pod: PodSketch;
  x: number;
  y: number;
  w: number;
  h: number;
  size: number; // of the tile, which stands at x, y
  lines: 0 | 1 | 2; // of text beside the tile
}

export class Card {
  private placed: Placed | null = null;

  constructor(
    readonly node: NodeSketch,
    readonly x: number,
    readonly y: number,
    readonly w: number,
    readonly h: number,
    readonly level: Level,
    private podsOf: () => Iterable<PodSketch>,
  ) {}

  /** Bars beside each other, and no row of its own for kube-system. */
  get compact(): boolean {
    return this.level !== "near";
  }
  get pods(): Cell[] {
    return this.cells().pods;
  }
  get system(): Cell[] {
    return this.cells().system;
  }
  /** Pods that found no room. */
  get hidden(): number {
    return this.cells().hidden;
  }
  get systemHidden(): number {
    return this.cells().systemHidden;
  }

  private cells(): Placed {
    return (this.placed ??= hasTiles(this.level) ? place(this, this.podsOf()) : { pods: [], system: [], hidden: 0, systemHidden: 0 });
  }
}

interface Placed {
  pods: Cell[];
  system: Cell[];
  hidden: number;
  systemHidden: number;
}

export interface Layout {
  width: number;
  height: number;
  level: Level;
  zones: { name: string; y: number }[];
  cards: Card[];
  byNode: Map<string, Card>;
}

export interface Zone {
  name: string;
  nodes: NodeSketch[];
}

export const PAD = 9;
export const NEAR_TOP = 82; // of the pods, below name and bars
export const NEAR_FOOT = 22; // the row of kube-system
const LABELLED = [
  { size: 30, row: 34, lines: 2 },
  { size: 22, row: 28, lines: 1 },
] as const;

type Pods = (node: NodeSketch) => Iterable<PodSketch>;

/** Whether the cards of a level show each pod as a tile. */
export const hasTiles = (level: Level): boolean => level === "near" || level === "compact";

export function arrange(zones: Zone[], podsOf: Pods, width: number, height: number, zoom = 1): Layout {
  const counts = zones.map((zone) => zone.nodes.length);
  const { columns, w, h, gap } = shape(counts, width, height, zoom);
  const level = levelOf(w, h);
  const head = headOf(w);
  const layout: Layout = { width: Math.max(width, columns * (w + gap) - gap), height: 0, level, zones: [], cards: [], byNode: new Map() };
  let y = 0;
  for (const [at, zone] of zones.entries()) {
    if (at) y += head.above;
    layout.zones.push({ name: zone.name, y });
    y += head.height;
    for (const [index, node] of zone.nodes.entries()) {
      const card = new Card(node, (index % columns) * (w + gap), y + Math.floor(index / columns) * (h + gap), w, h, level, () => podsOf(node));
      layout.cards.push(card);
      layout.byNode.set(node.name, card);
    }
    y += Math.ceil(zone.nodes.length / columns) * (h + gap) - gap;
  }
  layout.height = y;
  return layout;
}

const isSystem = (pod: PodSketch): boolean => pod.namespace === "kube-system";
const byAge = (a: PodSketch, b: PodSketch): number => a.created - b.created || (a.name < b.name ? -1 : 1);

function place(card: Card, pods: Iterable<PodSketch>): Placed {
  const into: Placed = { pods: [], system: [], hidden: 0, systemHidden: 0 };
  const all = [...pods].sort(byAge);
  const parts = card.node.resource === "nodes"; // in other cards everything stands together
  const system = parts ? all.filter(isSystem) : [];
  const own = parts ? all.filter((pod) => !isSystem(pod)) : all;
  if (card.compact) placeCompact(into, card, own, system);
  else {
    placeOwn(into, own, { x: card.x + PAD, y: card.y + NEAR_TOP, w: card.w - 2 * PAD, h: card.h - NEAR_TOP - NEAR_FOOT - 2 }, true);
    const left = card.x + PAD + 72;
    into.systemHidden = placeRow(into.system, system, left, card.y + card.h - 18, card.x + card.w - PAD - left);
  }
  return into;
}

function placeCompact(into: Placed, card: Card, own: PodSketch[], system: PodSketch[]): void {
  const room = card.w - 2 * PAD;
  const kept = Math.min(system.length * 17, Math.floor(Math.max(room * 0.4, room - own.length * 29 - 6)));
  into.systemHidden = placeRow(into.system, system, card.x + card.w - PAD - kept, card.y + card.h - 22, kept + 1);
  placeOwn(into, own, { x: card.x + PAD, y: card.y + 49, w: room - kept - 6, h: card.h - 49 - 6 }, false);
}

interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

function placeOwn(into: Placed, pods: PodSketch[], box: Box, mayLabel: boolean): void {
  const columns = Math.max(1, Math.floor(box.w / 104));
  const w = box.w / columns;
  const labelled = mayLabel ? LABELLED.find(({ row }) => pods.length <= columns * Math.floor(box.h / row)) : undefined;
  if (labelled) {
    const { size, row, lines } = labelled;
    pods.forEach((pod, at) => {
      into.pods.push({ pod, x: box.x + (at % columns) * w, y: box.y + 2 + Math.floor(at / columns) * row, w: w - 4, h: size, size, lines });
    });
    return;
  }
  for (const [size, step] of [[24, 29], [13, 17], [8, 10]] as const) {
    const across = Math.floor((box.w + step - size) / step);
    const down = Math.floor((box.h + step - size) / step);
    const last = size === 8;
    if (pods.length > across * down && !last) continue;
    const fits = pods.slice(0, Math.max(0, across * down));
    fits.forEach((pod, at) => {
      const x = box.x + (at % across) * step;
      into.pods.push({ pod, x, y: box.y + 3 + Math.floor(at / across) * step, w: size, h: size, size, lines: 0 });
    });
    into.hidden = pods.length - fits.length;
    return;
  }
}

function placeRow(into: Cell[], pods: PodSketch[], x: number, y: number, width: number): number {
  const fits = Math.max(0, Math.floor((width + 4) / 17));
  const shown = pods.length > fits ? pods.slice(0, Math.max(0, fits - 2)) : pods;
  shown.forEach((pod, at) => into.push({ pod, x: x + at * 17, y, w: 13, h: 13, size: 13, lines: 0 }));
  return pods.length - shown.length;
}

export interface Hit {
  card: Card;
  cell: Cell | undefined;
}

/** What is at a point of the map; a pod counts with two pixels round it, so that small tiles can be met. */
export function hit(layout: Layout, x: number, y: number): Hit | null {
  const card = layout.cards.find((one) => x >= one.x && x <= one.x + one.w && y >= one.y && y <= one.y + one.h);
  if (!card) return null;
  const over = (cell: Cell): boolean => x >= cell.x - 2 && x <= cell.x + cell.w + 2 && y >= cell.y - 2 && y <= cell.y + cell.h + 2;
  return { card, cell: card.pods.find(over) ?? card.system.find(over) };
}
