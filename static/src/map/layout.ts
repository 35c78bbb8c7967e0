// Where everything stands on the map: zones, the cards of their nodes, the tiles of their pods. Pure geometry.
//
// Cards are large as long as they fit; with more nodes the map scrolls, with many more the cards become compact.
// Tiles shrink card by card: with two lines beside them, with one, plain, small, tiny.
import type { NodeSketch, PodSketch } from "../live/protocol";

export interface Cell {
  pod: PodSketch;
  x: number;
  y: number;
  w: number;
  h: number;
  size: number; // of the tile, which stands at x, y
  lines: 0 | 1 | 2; // of text beside the tile
}

export interface Card {
  node: NodeSketch;
  x: number;
  y: number;
  w: number;
  h: number;
  compact: boolean;
  pods: Cell[];
  system: Cell[];
  hidden: number; // pods that found no room
  systemHidden: number;
}

export interface Layout {
  width: number;
  height: number;
  zones: { name: string; y: number }[];
  cards: Card[];
  byNode: Map<string, Card>;
}

export interface Zone {
  name: string;
  nodes: NodeSketch[];
}

const GAP = 8;
const ZONE_HEAD = 18;
const ZONE_GAP = 6;
const NEAR_WIDTH = 236;
const NARROW_WIDTH = 184;
const NEAR_HEIGHT = 160; // two rows of labelled pods
const SCREENS_BEFORE_COMPACT = 1.7;
const COMPACT_WIDTH = 180;
const COMPACT_HEIGHT = 84;
const PHONE = 480;
export const PAD = 9;
export const NEAR_TOP = 66; // of the pods, below name and bars
export const NEAR_FOOT = 22; // the row of kube-system
const LABELLED = [
  { size: 30, row: 34, lines: 2 },
  { size: 22, row: 25, lines: 1 },
] as const;

type Pods = (node: string) => Iterable<PodSketch>;

export function arrange(zones: Zone[], podsOf: Pods, width: number, height: number): Layout {
  const { columns, compact } = choose(zones, width, height);
  const rows = zones.map((zone) => Math.ceil(zone.nodes.length / columns));
  const used = zones.length * ZONE_HEAD + Math.max(0, zones.length - 1) * ZONE_GAP;
  const total = rows.reduce((sum, n) => sum + n, 0);
  const gaps = rows.reduce((sum, n) => sum + Math.max(0, n - 1), 0) * GAP;
  const least = compact ? COMPACT_HEIGHT : NEAR_HEIGHT;
  const cardHeight = compact ? least : Math.max(least, Math.floor((height - used - gaps) / Math.max(1, total)));
  const cardWidth = (width - (columns - 1) * GAP) / columns;
  const layout: Layout = { width, height: 0, zones: [], cards: [], byNode: new Map() };
  let y = 0;
  for (const [at, zone] of zones.entries()) {
    if (at) y += ZONE_GAP;
    layout.zones.push({ name: zone.name, y });
    y += ZONE_HEAD;
    for (const [index, node] of zone.nodes.entries()) {
      const x = (index % columns) * (cardWidth + GAP);
      const top = y + Math.floor(index / columns) * (cardHeight + GAP);
      const card = fill({ node, x, y: top, w: cardWidth, h: cardHeight, compact, pods: [], system: [], hidden: 0, systemHidden: 0 }, podsOf(node.name));
      layout.cards.push(card);
      layout.byNode.set(node.name, card);
    }
    y += rows[at]! * (cardHeight + GAP) - GAP;
  }
  layout.height = y;
  return layout;
}

function choose(zones: Zone[], width: number, height: number): { columns: number; compact: boolean } {
  if (width < PHONE) return { columns: 1, compact: true };
  const most = Math.max(1, ...zones.map((zone) => zone.nodes.length));
  const heightWith = (columns: number, card: number): number =>
    zones.reduce((sum, zone) => sum + ZONE_HEAD + Math.ceil(zone.nodes.length / columns) * (card + GAP), 0);
  const widest = Math.min(most, Math.max(1, Math.floor((width + GAP) / (NEAR_WIDTH + GAP))));
  const narrowest = Math.min(most, Math.max(1, Math.floor((width + GAP) / (NARROW_WIDTH + GAP))));
  for (let columns = widest; columns <= narrowest; columns++) {
    if (heightWith(columns, NEAR_HEIGHT) <= height) return { columns, compact: false };
  }
  if (heightWith(widest, NEAR_HEIGHT) <= height * SCREENS_BEFORE_COMPACT) return { columns: widest, compact: false };
  return { columns: Math.max(1, Math.floor((width + GAP) / (COMPACT_WIDTH + GAP))), compact: true };
}

const isSystem = (pod: PodSketch): boolean => pod.namespace === "kube-system";
const byAge = (a: PodSketch, b: PodSketch): number => a.created - b.created || (a.name < b.name ? -1 : 1);

function fill(card: Card, pods: Iterable<PodSketch>): Card {
  const all = [...pods].sort(byAge);
  const system = all.filter(isSystem);
  const own = all.filter((pod) => !isSystem(pod));
  if (card.compact) fillCompact(card, own, system);
  else {
    placeOwn(card, own, { x: card.x + PAD, y: card.y + NEAR_TOP, w: card.w - 2 * PAD, h: card.h - NEAR_TOP - NEAR_FOOT - 2 }, true);
    const left = card.x + PAD + 72;
    card.systemHidden = placeRow(card.system, system, left, card.y + card.h - 18, card.x + card.w - PAD - left);
  }
  return card;
}

function fillCompact(card: Card, own: PodSketch[], system: PodSketch[]): void {
  const room = card.w - 2 * PAD;
  const kept = Math.min(system.length * 17, Math.floor(own.length ? room * 0.4 : room));
  card.systemHidden = placeRow(card.system, system, card.x + card.w - PAD - kept, card.y + card.h - 22, kept + 1);
  placeOwn(card, own, { x: card.x + PAD, y: card.y + 49, w: room - kept - 6, h: card.h - 49 - 6 }, false);
}

interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

function placeOwn(card: Card, pods: PodSketch[], box: Box, mayLabel: boolean): void {
  const columns = Math.max(1, Math.floor(box.w / 104));
  const w = box.w / columns;
  const labelled = mayLabel ? LABELLED.find(({ row }) => pods.length <= columns * Math.floor(box.h / row)) : undefined;
  if (labelled) {
    const { size, row, lines } = labelled;
    pods.forEach((pod, at) => {
      card.pods.push({ pod, x: box.x + (at % columns) * w, y: box.y + 2 + Math.floor(at / columns) * row, w: w - 4, h: size, size, lines });
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
      card.pods.push({ pod, x, y: box.y + 3 + Math.floor(at / across) * step, w: size, h: size, size, lines: 0 });
    });
    card.hidden = pods.length - fits.length;
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
