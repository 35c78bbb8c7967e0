// How large the cards are and how many stand beside each other; that decides the level of detail.
//
// At zoom 1 cards are large as long as they fit; with more nodes the map scrolls, with many more the cards become
// compact, and with more than a few screens of those all nodes fit as small tiles. A larger zoom enlarges what is
// there; a smaller one lets more cards stand beside each other.

export type Level = "near" | "compact" | "mid" | "far";

const NEAR_GAP = 8;
const NEAR_WIDTH = 236;
const NARROW_WIDTH = 184;
const NEAR_HEIGHT = 176; // two rows of labelled pods
const SCREENS_BEFORE_COMPACT = 1.7;
const SCREENS_BEFORE_TILES = 3;
const COMPACT_WIDTH = 180;
const COMPACT_HEIGHT = 88; // two rows of small tiles
const PHONE = 480;
const MID_WIDTH = 30;
const LEAST_WIDTH = 7;
const ASPECT = 0.66; // height of a tile for its width

export interface Shape {
  columns: number;
  w: number;
  h: number;
  gap: number;
}

export const MOST_ZOOM = 40;
export const LEAST_ZOOM = 0.25;

export function levelOf(w: number, h: number): Level {
  if (w >= 150 && h >= NEAR_HEIGHT - 24) return "near";
  if (w >= 150 && h >= 70) return "compact";
  return w >= MID_WIDTH ? "mid" : "far";
}

/** The line with a zone's name, and the room above it. */
export const headOf = (w: number): { height: number; above: number } => (w < MID_WIDTH ? { height: 14, above: 2 } : { height: 18, above: 6 });

const gapOf = (w: number): number => (w < 20 ? 1 : w < MID_WIDTH ? 2 : w < 150 ? 4 : NEAR_GAP);

export function shape(counts: number[], width: number, height: number, zoom: number): Shape {
  const home = atHome(counts, width, height);
  if (zoom === 1) return home;
  const w = Math.max(LEAST_WIDTH, home.w * zoom);
  const h = Math.max(5, home.h * zoom);
  const gap = gapOf(w);
  return { w, h, gap, columns: zoom > 1 ? home.columns : Math.max(1, Math.floor((width + gap) / (w + gap))) };
}

function atHome(counts: number[], width: number, height: number): Shape {
  const near = nearby(counts, width, height);
  if (near) return near;
  const columns = width < PHONE ? 1 : Math.max(1, Math.floor((width + NEAR_GAP) / (COMPACT_WIDTH + NEAR_GAP)));
  const compact = { columns, w: across(width, columns), h: COMPACT_HEIGHT, gap: NEAR_GAP };
  return total(counts, compact) <= SCREENS_BEFORE_TILES * height ? compact : fitting(counts, width, height);
}

function nearby(counts: number[], width: number, height: number): Shape | null {
  if (width < PHONE) return null;
  const most = Math.max(1, ...counts);
  const widest = Math.min(most, Math.max(1, Math.floor((width + NEAR_GAP) / (NEAR_WIDTH + NEAR_GAP))));
  const narrowest = Math.min(most, Math.max(1, Math.floor((width + NEAR_GAP) / (NARROW_WIDTH + NEAR_GAP))));
  const least = (columns: number): Shape => ({ columns, w: across(width, columns), h: NEAR_HEIGHT, gap: NEAR_GAP });
  for (let columns = widest; columns <= narrowest; columns++) {
    if (total(counts, least(columns)) <= height) return filled(counts, least(columns), height);
  }
  return total(counts, least(widest)) <= height * SCREENS_BEFORE_COMPACT ? filled(counts, least(widest), height) : null;
}

/** The same with cards so high that they fill the height there is. */
function filled(counts: number[], given: Shape, height: number): Shape {
  const rows = rowsOf(counts, given.columns);
  const spare = height - total(counts, { ...given, h: 0 });
  return { ...given, h: Math.max(NEAR_HEIGHT, Math.floor(spare / Math.max(1, rows))) };
}

/** The largest tiles with which all nodes are in sight; where that is too small, the smallest there are. */
function fitting(counts: number[], width: number, height: number): Shape {
  for (let w = COMPACT_WIDTH; ; w--) {
    const gap = gapOf(w);
    const columns = Math.max(1, Math.floor((width + gap) / (w + gap)));
    const found = { columns, w: across(width, columns, gap), h: Math.max(5, Math.round(w * ASPECT)), gap };
    if (w <= LEAST_WIDTH || total(counts, found) <= height) return found;
  }
}

const across = (width: number, columns: number, gap = NEAR_GAP): number => (width - (columns - 1) * gap) / columns;

const rowsOf = (counts: number[], columns: number): number => counts.reduce((sum, n) => sum + Math.ceil(n / columns), 0);

function total(counts: number[], { columns, w, h, gap }: Shape): number {
  const head = headOf(w);
  return counts.reduce((sum, n) => sum + head.height + Math.ceil(n / columns) * (h + gap) - gap, Math.max(0, counts.length - 1) * head.above);
}
