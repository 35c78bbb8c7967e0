// Draws the cards of the levels "far" (a tile with two bars) and "mid" (the bars, and each pod as a square).
import { TROUBLED } from "../live/crowd";
import { PHASES, type NodeSketch } from "../live/protocol";
import type { Scene } from "./card";
import { ink, write } from "./ink";
import type { Card, Layout } from "./layout";
import { DIMMED, isTroubled, looksOn } from "./looks";
import { packed, Pixels } from "./pixels";
import { podsIn, requestedBy, titleOf } from "./groups";

const NAMED_WIDTH = 56; // of cards that have room for a name
const NAME_HEIGHT = 12;

export interface Window {
  left: number;
  top: number;
  width: number;
  height: number;
  ratio: number; // device pixels a pixel
}

function palette() {
  const c = ink();
  return {
    board: packed(c.board),
    card: packed(c.card),
    tile: packed(c.lift),
    line: packed(c.line2),
    well: packed(c.well),
    bar: packed(c.ink2),
    full: packed(c.ink),
    bad: packed(c.bad),
    phases: PHASES.map((phase) => packed(c.phases[phase].edge)),
    dimmed: PHASES.map((phase) => packed(c.phases[phase].fill, c.card, 0.3)),
    failed: packed(c.phases.Failed.fill),
  };
}

type Palette = ReturnType<typeof palette>;

let known: Palette | null = null;
let buffer: Pixels | null = null;

export function drawTiny(ctx: CanvasRenderingContext2D, layout: Layout, scene: Scene, view: Window): void {
  known ??= palette();
  const width = Math.round(view.width * view.ratio);
  const height = Math.round(view.height * view.ratio);
  if (buffer?.width !== width || buffer.height !== height) buffer = new Pixels(width, height);
  buffer.clear(known.board);
  const shown = layout.cards.filter((card) => isInside(card, view));
  for (const card of shown) (layout.level === "far" ? drawFar : drawMid)(buffer, known, card, view);
  buffer.show(ctx);
  if (layout.cards[0] && layout.cards[0].w >= NAMED_WIDTH) for (const card of shown) drawName(ctx, card, scene);
  for (const card of shown) ring(ctx, card, scene);
}

const isInside = ({ x, y, w, h }: Card, view: Window): boolean =>
  x + w > view.left && x < view.left + view.width && y + h > view.top && y < view.top + view.height;

const onDevice = (value: number, start: number, ratio: number): number => Math.round((value - start) * ratio);

function drawFar(into: Pixels, colours: Palette, card: Card, view: Window): void {
  const { ratio } = view;
  const x = onDevice(card.x, view.left, ratio);
  const y = onDevice(card.y, view.top, ratio);
  const w = onDevice(card.x + card.w, view.left, ratio) - x;
  const h = onDevice(card.y + card.h, view.top, ratio) - y;
  const wrong = isTroubled(card.node);
  into.rect(x, y, w, h, card.node.ready ? (card.node.unschedulable ? colours.well : colours.tile) : colours.bad);
  const bar = Math.max(1, Math.floor(h / 4));
  const room = w - 2 - (wrong ? 2 : 0);
  shares(card).forEach((share, at) => {
    const top = y + 1 + at * (bar + 1);
    into.rect(x + 1, top, room, bar, colours.well);
    into.rect(x + 1, top, Math.round(room * Math.min(1, share)), bar, share > 1 ? colours.full : colours.bar);
  });
  if (wrong) into.rect(x + w - 2, y, 2, h, colours.failed);
}

function drawMid(into: Pixels, colours: Palette, card: Card, view: Window): void {
  const { ratio } = view;
  const px = (value: number): number => Math.max(1, Math.round(value * ratio));
  const x = onDevice(card.x, view.left, ratio);
  const y = onDevice(card.y, view.top, ratio);
  const [w, h] = [px(card.w), px(card.h)];
  into.rect(x, y, w, h, card.node.ready ? colours.line : colours.bad);
  into.rect(x + px(1), y + px(1), w - 2 * px(1), h - 2 * px(1), colours.card);
  const named = card.w >= NAMED_WIDTH ? px(NAME_HEIGHT) : 0;
  const inset = px(3);
  const bar = px(card.w >= NAMED_WIDTH ? 3 : 2);
  shares(card).forEach((share, at) => {
    const top = y + inset + named + at * (bar + px(1));
    into.rect(x + inset, top, w - 2 * inset, bar, colours.well);
    into.rect(x + inset, top, Math.round((w - 2 * inset) * Math.min(1, share)), bar, share > 1 ? colours.full : colours.bar);
  });
  const above = inset + named + 2 * (bar + px(1)) + px(2);
  squares(into, colours, looksOn(card.node), { x: x + inset, y: y + above, w: w - 2 * inset, h: h - above - inset, most: px(10) });
}

interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
  most: number; // of a square
}

/** The largest squares that all find room; those in trouble come first, so that they are seen even where room ends. */
function squares(into: Pixels, colours: Palette, looks: number[], box: Box): void {
  if (!looks.length || box.h < 2) return;
  const ordered = looks.some((look) => look & TROUBLED) ? [...looks].sort((a, b) => (b & TROUBLED) - (a & TROUBLED)) : looks;
  let step = box.most;
  while (step > 2 && Math.floor(box.w / step) * Math.floor(box.h / step) < ordered.length) step--;
  const across = Math.max(1, Math.floor(box.w / step));
  const size = step > 3 ? step - 1 : step;
  ordered.slice(0, across * Math.max(1, Math.floor(box.h / step))).forEach((look, at) => {
    const colour = look & TROUBLED ? colours.failed : (look & DIMMED ? colours.dimmed : colours.phases)[look & 7]!;
    into.rect(box.x + (at % across) * step, box.y + Math.floor(at / across) * step, size, size, colour);
  });
}

/** CPU and memory: requested of allocatable. */
function shares({ node }: Card): [number, number] {
  const sum = requestedBy(node);
  return [node.allocatable.cpu ? sum.cpu / node.allocatable.cpu : 0, node.allocatable.memory ? sum.memory / node.allocatable.memory : 0];
}

function drawName(ctx: CanvasRenderingContext2D, card: Card, scene: Scene): void {
  const c = ink();
  ctx.font = `${scene.selected === card.node.id ? "600 " : ""}11px ${c.sans}`;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  ctx.fillStyle = card.node.ready ? c.ink2 : c.bad;
  write(ctx, titleOf(card.node), card.x + 4, card.y + 8.5, card.w - 8);
}

function ring(ctx: CanvasRenderingContext2D, { node, x, y, w, h }: Card, scene: Scene): void {
  const selected = scene.selected === node.id || isSpotlit(node, scene);
  if (!selected && scene.hovered !== node.id && scene.focused !== node.id && !scene.rings(node.id)) return;
  ctx.strokeStyle = selected && scene.focused !== node.id ? ink().ink : scene.hovered === node.id && !selected ? ink().ink3 : ink().focus;
  ctx.lineWidth = 2;
  ctx.strokeRect(x - 1, y - 1, w + 2, h + 2);
}

/** Pods are too small for a ring of their own: the card that holds one has it. */
function isSpotlit(node: NodeSketch, { spotlit }: Scene): boolean {
  if (!spotlit) return false;
  if (spotlit.has(node.id)) return true;
  for (const pod of podsIn(node)) if (spotlit.has(pod.id)) return true;
  return false;
}
