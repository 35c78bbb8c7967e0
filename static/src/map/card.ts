// Draws one node's card: name and readiness, taints, the two bars, its pods, the row of kube-system.
import type { Verdict } from "../live/http";
import type { NodeSketch, PodSketch, Taint } from "../live/protocol";
import { podCountOn, podsOn } from "../live/store";
import { gettext } from "../i18n/i18n";
import { nameParts, subtitle, trouble } from "../live/words";
import { EFFECT_GLYPHS } from "../parts/glyphs";
import { drawBars } from "./bars";
import { isNodeCard, titleOf } from "./groups";
import { clipped, ink, write } from "./ink";
import { NEAR_FOOT, NEAR_TOP, PAD, type Card, type Cell } from "./layout";
import { shape } from "./paths";
import { drawTile } from "./tile";

export interface Scene {
  selected: string | null;
  hovered: string | null;
  focused: string | null; // by the keyboard, in the grid beside the map
  lit: (pod: PodSketch) => boolean; // false where the filter dims it
  carrying: boolean;
  aim: string | null;
  verdicts: Map<string, Verdict> | null;
  asks: { cpu: number; memory: number };
  flying: (id: string) => boolean;
  shownShare: (key: string, target: number) => number; // a bar on its way to `target`
  alpha: (id: string) => number; // below 1 while a pod appears
  rings: (id: string) => boolean;
  spotlit: ReadonlySet<string> | null; // what a presenter lights; the rest is dimmed
  parts: ReadonlySet<string>; // and which bars of it
  empty: boolean; // the cluster has no pods of its own yet
}

const DIM = 0.22;

export function drawCard(ctx: CanvasRenderingContext2D, card: Card, scene: Scene): void {
  const verdict = scene.carrying ? scene.verdicts?.get(card.node.name) : undefined;
  const refused = verdict !== undefined && !verdict.feasible;
  const aimed = scene.carrying && scene.aim === card.node.name;
  ground(ctx, card, scene, verdict, aimed);
  ctx.save();
  if (refused) ctx.globalAlpha = aimed ? 0.5 : 0.34;
  const dimmed = scene.spotlit !== null && !scene.spotlit.has(card.node.id);
  if (dimmed) ctx.globalAlpha *= DIM;
  head(ctx, card);
  drawBars(ctx, card, scene, verdict?.feasible ? scene.asks : null);
  if (dimmed) ctx.globalAlpha = 1; // of pods, each is lit or not
  if (refused) ctx.globalAlpha = aimed ? 0.3 : 0.16;
  const alpha = ctx.globalAlpha;
  for (const cell of card.pods) drawCell(ctx, cell, scene, alpha);
  if (dimmed) ctx.globalAlpha = DIM;
  if (!card.compact && isNodeCard(card.node)) foot(ctx, card);
  ctx.globalAlpha = alpha;
  for (const cell of card.system) drawCell(ctx, cell, scene, alpha);
  counts(ctx, card);
  if (dimmed) ctx.globalAlpha = DIM;
  if (!card.pods.length && !card.compact && !scene.carrying) nothing(ctx, card, scene);
  ctx.restore();
}

function ground(ctx: CanvasRenderingContext2D, card: Card, scene: Scene, verdict: Verdict | undefined, aimed: boolean): void {
  const c = ink();
  const { id } = card.node;
  const path = (grow: number): void => {
    ctx.beginPath();
    ctx.roundRect(card.x + 0.5 - grow, card.y + 0.5 - grow, card.w - 1 + 2 * grow, card.h - 1 + 2 * grow, 6 + grow);
  };
  ctx.save();
  if (verdict?.feasible) {
    ctx.shadowColor = c.focus;
    ctx.shadowBlur = aimed ? 22 : 13;
  }
  path(0);
  ctx.fillStyle = aimed ? c.aimed : verdict && !verdict.feasible ? c.board : c.card;
  ctx.fill();
  ctx.restore();
  ctx.strokeStyle = verdict?.feasible || aimed ? c.focus : scene.hovered === id ? c.line2 : c.line;
  ctx.lineWidth = aimed ? 3 : verdict?.feasible ? 2 : 1;
  ctx.stroke();
  if (scene.spotlit?.has(id)) {
    path(1);
    ctx.strokeStyle = c.ink;
    ctx.lineWidth = 3;
    ctx.stroke();
  }
  if (scene.selected === id || scene.focused === id || scene.rings(id)) {
    path(scene.selected === id && scene.focused === id ? 3 : 1);
    outline(ctx, scene, id);
  }
}

function outline(ctx: CanvasRenderingContext2D, scene: Scene, id: string): void {
  ctx.strokeStyle = (scene.selected === id || scene.spotlit?.has(id)) && scene.focused !== id ? ink().ink : ink().focus;
  ctx.lineWidth = 2;
  ctx.stroke();
}

export function head(ctx: CanvasRenderingContext2D, { node, x, y, w }: Card): void {
  const c = ink();
  const middle = y + 15.5;
  const isNode = isNodeCard(node);
  ctx.beginPath();
  ctx.arc(x + PAD + 4, middle, node.ready ? 4 : 3.2, 0, 7);
  ctx.fillStyle = c.good;
  ctx.strokeStyle = c.bad;
  ctx.lineWidth = 1.8;
  if (isNode && node.ready) ctx.fill();
  else if (isNode) ctx.stroke();
  const chips = chipsOf(node);
  let right = x + w - PAD;
  ctx.font = `600 13px ${c.sans}`;
  const named = x + PAD + Math.max(70, Math.min(w * 0.5, ctx.measureText(titleOf(node)).width + 20));
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  for (const chip of chips) {
    ctx.font = `11px ${c.sans}`;
    let text = clipped(ctx, chip.text, w * 0.42);
    let width = ctx.measureText(text).width + 20;
    if (right - width < named) [text, width] = ["", 17]; // the effect alone
    if (right - width < named) break;
    right -= width;
    drawChip(ctx, chip, text, right, middle, width);
    right -= 4;
  }
  ctx.font = `600 13px ${c.sans}`;
  ctx.fillStyle = node.ready ? c.ink : c.ink2;
  ctx.fillText(clipped(ctx, titleOf(node), right - x - PAD - (isNode ? 18 : 4)), x + PAD + (isNode ? 14 : 0), middle + 0.5);
}

interface Chip {
  text: string;
  path: string;
  bad: boolean;
}

/** The taints by what is special about them; what everybody knows of a key is left out. */
function chipsOf(node: NodeSketch): Chip[] {
  const chips = node.taints.filter((taint) => taint.key !== "node.kubernetes.io/unschedulable" || !node.unschedulable).map((taint) => ({
    text: taintText(taint),
    path: EFFECT_GLYPHS[taint.effect] ?? EFFECT_GLYPHS.NoSchedule!,
    bad: false,
  }));
  if (node.unschedulable) chips.unshift({ text: gettext("cordoned"), path: EFFECT_GLYPHS.NoSchedule!, bad: false });
  if (!node.ready) chips.unshift({ text: "NotReady", path: EFFECT_GLYPHS.NoExecute!, bad: true });
  return chips;
}

function taintText({ key, value }: Taint): string {
  const short = key.startsWith("node-role.kubernetes.io/") || key.startsWith("node.kubernetes.io/") ? key.split("/")[1]! : key;
  return value ? `${short}=${value}` : short;
}

function drawChip(ctx: CanvasRenderingContext2D, chip: Chip, text: string, x: number, middle: number, width: number): void {
  const c = ink();
  ctx.fillStyle = c.lift;
  ctx.beginPath();
  ctx.roundRect(x, middle - 8, width, 16, 3);
  ctx.fill();
  ctx.fillStyle = ctx.strokeStyle = chip.bad ? c.bad : c.ink2;
  ctx.save();
  ctx.translate(x + 3.5, middle - 5);
  ctx.scale(10 / 16, 10 / 16);
  ctx.lineWidth = 1.8;
  ctx.stroke(shape(chip.path));
  ctx.restore();
  ctx.fillText(text, x + 16, middle + 0.5);
}

export function drawCell(ctx: CanvasRenderingContext2D, cell: Cell, scene: Scene, alpha: number): void {
  const { pod, x, y, size } = cell;
  if (scene.flying(pod.id)) {
    slot(ctx, cell);
    return;
  }
  const wrong = trouble(pod);
  ctx.globalAlpha = alpha * scene.alpha(pod.id) * (scene.lit(pod) || wrong ? 1 : DIM);
  const ringed = scene.selected === pod.id || scene.focused === pod.id || scene.rings(pod.id) || scene.spotlit?.has(pod.id);
  if (scene.hovered === pod.id || ringed) {
    ctx.beginPath();
    const grow = size < 20 ? 2.5 : 3;
    ctx.roundRect(x - grow, y - grow, cell.w + 2 * grow - (cell.lines ? 2 : 0), cell.h + 2 * grow, size < 20 ? 4 : 6);
    if (scene.hovered === pod.id) {
      ctx.fillStyle = ink().lift;
      ctx.fill();
    }
    if (ringed) outline(ctx, scene, pod.id);
  }
  drawTile(ctx, pod, x, y, size);
  if (wrong && !scene.lit(pod)) outside(ctx, cell);
  if (cell.lines) label(ctx, cell, wrong);
  ctx.globalAlpha = alpha;
}

/** The filter leaves the pod out, but something is wrong with it: a hollow dot at its corner. */
function outside(ctx: CanvasRenderingContext2D, { x, y, size }: Cell): void {
  ctx.beginPath();
  ctx.arc(x + size, y, size < 20 ? 2 : 3.5, 0, 7);
  ctx.fillStyle = ink().card;
  ctx.strokeStyle = ink().ink2;
  ctx.lineWidth = 1.2;
  ctx.fill();
  ctx.stroke();
}

/** Name and second line; with room for one line only, what is wrong matters more than the name. */
function label(ctx: CanvasRenderingContext2D, { pod, x, y, w, size, lines }: Cell, wrong: string): void {
  const c = ink();
  const left = x + size + 4;
  const width = w - size - 6;
  ctx.textBaseline = "middle";
  if (lines === 1) {
    ctx.font = `${wrong ? 11 : 12}px ${c.sans}`;
    ctx.fillStyle = wrong ? c.bad : c.ink;
    write(ctx, wrong || nameParts(pod)[0], left, y + size / 2 + 0.5, width);
    return;
  }
  ctx.font = `12px ${c.sans}`;
  ctx.fillStyle = c.ink;
  write(ctx, nameParts(pod)[0], left, y + 8, width);
  ctx.font = `11px ${c.sans}`;
  ctx.fillStyle = wrong ? c.bad : c.ink3;
  write(ctx, subtitle(pod), left, y + 22.5, width);
}

function slot(ctx: CanvasRenderingContext2D, cell: Cell): void {
  ctx.beginPath();
  ctx.roundRect(cell.x - 2, cell.y - 2, cell.w + 2, cell.h + 4, 5);
  ctx.setLineDash([4, 3]);
  ctx.strokeStyle = ink().focus;
  ctx.lineWidth = 1.4;
  ctx.stroke();
  ctx.setLineDash([]);
}

function foot(ctx: CanvasRenderingContext2D, card: Card): void {
  const c = ink();
  const y = Math.round(card.y + card.h - NEAR_FOOT) + 0.5;
  ctx.strokeStyle = c.line;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(card.x + PAD, y);
  ctx.lineTo(card.x + card.w - PAD, y);
  ctx.stroke();
  ctx.font = `11px ${c.sans}`;
  ctx.fillStyle = c.ink3;
  ctx.textBaseline = "middle";
  ctx.fillText("kube-system", card.x + PAD, y + 11.5);
}

function counts(ctx: CanvasRenderingContext2D, card: Card): void {
  const c = ink();
  ctx.font = `11px ${c.sans}`;
  ctx.fillStyle = c.ink2;
  ctx.textAlign = "right";
  ctx.textBaseline = "middle";
  if (card.systemHidden) ctx.fillText(`+${card.systemHidden}`, card.x + card.w - PAD, card.y + card.h - 11.5);
  if (card.hidden) ctx.fillText(`+${card.hidden}`, card.x + card.w - PAD, card.y + card.h - (card.compact ? 28 : NEAR_FOOT + 8));
  ctx.textAlign = "left";
}

/** A card without pods of its own says why, or shows where the first ones would stand. */
function nothing(ctx: CanvasRenderingContext2D, card: Card, scene: Scene): void {
  const c = ink();
  const room = card.h - NEAR_TOP - NEAR_FOOT;
  if (card.node.resource !== "nodes" || (!podsOn.has(card.node.name) && podCountOn(card.node.name))) return;
  if ([...(podsOn.get(card.node.name)?.values() ?? [])].some((pod) => pod.namespace !== "kube-system")) return;
  const keeps = card.node.taints.some((taint) => taint.effect !== "PreferNoSchedule");
  if (scene.empty && !keeps) {
    ctx.setLineDash([4, 3]);
    ctx.strokeStyle = c.line2;
    ctx.globalAlpha *= 0.7;
    for (let y = card.y + NEAR_TOP + 2; y + 26 < card.y + card.h - NEAR_FOOT; y += 34) {
      ctx.beginPath();
      ctx.roundRect(card.x + PAD + 0.5, y + 0.5, card.w - 2 * PAD - 1, 25, 6);
      ctx.stroke();
    }
    ctx.setLineDash([]);
    return;
  }
  ctx.font = `12px ${c.sans}`;
  ctx.fillStyle = c.ink3;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const lines = keeps ? [gettext("No workload pods:"), gettext("the taint keeps them away.")] : [gettext("No workload pods.")];
  lines.forEach((line, at) => ctx.fillText(clipped(ctx, line, card.w - 24), card.x + card.w / 2, card.y + NEAR_TOP + room / 2 + (at - (lines.length - 1) / 2) * 17));
  ctx.textAlign = "left";
}
