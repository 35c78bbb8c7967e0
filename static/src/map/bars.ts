// The bars of a node: outline = requested, solid = used, tick = limits, end of the track = allocatable. Nothing
// measured is drawn as long as nothing is measured.
import { gettext } from "../i18n/i18n";
import { requestedBy } from "./groups";
import type { NodeSketch } from "../live/protocol";
import { cpuPair, memoryPair, memoryQuantity } from "../live/words";
import type { Scene } from "./card";
import { ink } from "./ink";
import { PAD, type Card } from "./layout";
import { used } from "./used";

const H = 9;

interface Bar {
  key: string;
  label: string;
  requested: number;
  used: number;
  limits: number;
  whole: number;
  asks: number;
  text: string;
}

type Asks = { cpu: number; memory: number };

export function drawBars(ctx: CanvasRenderingContext2D, card: Card, scene: Scene, asks: Asks | null): void {
  const bars = barsOf(card.node, asks).filter(({ whole, text }) => whole || text); // a group has no whole of its own
  for (const [at, bar] of (card.compact ? bars.slice(0, 2) : bars).entries()) {
    const place = placeOf(card, at);
    drawBar(ctx, bar, scene, card.node.name, place);
    if (scene.spotlit?.has(card.node.id) && scene.parts.has(bar.key)) ring(ctx, place);
  }
}

function barsOf(node: NodeSketch, asks: Asks | null): Bar[] {
  const sum = requestedBy(node);
  const { allocatable } = node;
  const [cpu, cpuWhole] = cpuPair(sum.cpu, allocatable.cpu);
  const [memory, memoryWhole] = memoryPair(sum.memory, allocatable.memory);
  const use = used.peek().get(node.name);
  return [
    { key: "cpu", label: "CPU", requested: sum.cpu, used: use?.cpu ?? 0, limits: sum.limitCpu, whole: allocatable.cpu, asks: asks?.cpu ?? 0, text: allocatable.cpu ? `${cpu} / ${cpuWhole}` : cpu },
    { key: "memory", label: gettext("Mem"), requested: sum.memory, used: use?.memory ?? 0, limits: sum.limitMemory, whole: allocatable.memory, asks: asks?.memory ?? 0, text: allocatable.memory ? `${memory} / ${memoryWhole}` : memoryQuantity(sum.memory) },
    { key: "pods", label: gettext("Pods"), requested: sum.pods, used: 0, limits: 0, whole: allocatable.pods ?? 0, asks: asks ? 1 : 0, text: allocatable.pods === undefined ? String(sum.pods) : "" },
    { key: "storage", label: gettext("Disk"), requested: sum.disk, used: use?.disk ?? 0, limits: sum.limitDisk, whole: allocatable.disk, asks: 0, text: "" },
  ];
}

/** Of a large card CPU and memory have a line each, with their figures; the others are halves of a line. */
function placeOf(card: Card, at: number): Place {
  const half = (card.w - 2 * PAD - 12) / 2;
  const beside = card.x + PAD + (at % 2) * (half + 12);
  if (card.compact) return { x: beside, y: card.y + 36, w: half, label: 30, text: 0 };
  if (at > 1) return { x: beside, y: card.y + 35.5 + 34, w: half, label: 31, text: 0 };
  return { x: card.x + PAD, y: card.y + 35.5 + at * 17, w: card.w - 2 * PAD, label: 31, text: card.w > 215 ? 78 : 70 };
}

/** Round a bar that a presenter lights. */
function ring(ctx: CanvasRenderingContext2D, { x, y, w }: Place): void {
  ctx.beginPath();
  ctx.roundRect(x - 4, y - 8, w + 8, 16, 4);
  ctx.strokeStyle = ink().ink;
  ctx.lineWidth = 2;
  ctx.stroke();
}

interface Place {
  x: number;
  y: number; // the middle
  w: number;
  label: number; // widths of the words before and after the track
  text: number;
}

function drawBar(ctx: CanvasRenderingContext2D, bar: Bar, scene: Scene, node: string, { x, y, w, label, text }: Place): void {
  const c = ink();
  const left = Math.round(x + label);
  const width = Math.round(w - label - text);
  const top = Math.round(y - H / 2);
  ctx.font = `11px ${c.sans}`;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  ctx.fillStyle = c.ink3;
  ctx.fillText(bar.label, x, y + 0.5);
  if (text || !bar.whole) {
    ctx.fillStyle = c.ink2;
    ctx.textAlign = "right";
    ctx.fillText(bar.text, x + w, y + 0.5);
    ctx.textAlign = "left";
  }
  if (!bar.whole) return;
  ctx.fillStyle = c.well;
  ctx.fillRect(left, top + 2, width, H - 4);
  ctx.strokeStyle = c.line;
  ctx.lineWidth = 1;
  ctx.strokeRect(left + 0.5, top + 2.5, width - 1, H - 5);
  const share = scene.shownShare(`${node}/${bar.key}`, Math.min(1, bar.requested / bar.whole));
  if (share > 0) {
    ctx.fillStyle = c.lift;
    ctx.strokeStyle = c.ink2;
    ctx.beginPath();
    const long = Math.max(2, share * width - 1);
    ctx.roundRect(left + 0.5, top + 0.5, long, H - 1, long < 8 ? 0 : 2); // a short one with round corners would look like a 0
    ctx.fill();
    ctx.stroke();
  }
  if (bar.used) {
    ctx.fillStyle = c.ink2;
    ctx.fillRect(left + 1, top + 3, Math.max(1, Math.min(1, bar.used / bar.whole) * width - 2), H - 6);
  }
  if (bar.asks) preview(ctx, left + share * width, top, Math.min(1 - share, bar.asks / bar.whole) * width);
  if (bar.limits) limits(ctx, left, top, width, bar.limits / bar.whole);
}

function preview(ctx: CanvasRenderingContext2D, x: number, top: number, width: number): void {
  const c = ink();
  ctx.save();
  ctx.setLineDash([3, 2]);
  ctx.strokeStyle = ctx.fillStyle = c.focus;
  ctx.lineWidth = 1.2;
  ctx.beginPath();
  ctx.roundRect(x, top + 0.5, Math.max(3, width - 0.5), H - 1, 2);
  ctx.stroke();
  ctx.globalAlpha *= 0.25;
  ctx.fill();
  ctx.restore();
}

/** A tick; a chevron at the end where the limits go beyond what there is. */
function limits(ctx: CanvasRenderingContext2D, left: number, top: number, width: number, share: number): void {
  ctx.fillStyle = ctx.strokeStyle = ink().ink;
  if (share <= 1) {
    ctx.fillRect(Math.round(left + share * width) - 1, top - 2, 2, H + 4);
    return;
  }
  const x = left + width - 2;
  const y = top + H / 2;
  ctx.lineWidth = 1.8;
  ctx.beginPath();
  ctx.moveTo(x - 3, y - 3.5);
  ctx.lineTo(x, y);
  ctx.lineTo(x - 3, y + 3.5);
  ctx.stroke();
}
