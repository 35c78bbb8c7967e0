// Draws a pod: hue and glyph = phase, border = QoS, segments = running containers, ticks = restarts.
import type { PodSketch } from "../live/protocol";
import { PHASE_GLYPHS } from "../parts/glyphs";
import { ink } from "./ink";
import { shape } from "./paths";

const sprites = new Map<string, HTMLCanvasElement>();
const MOST_SPRITES = 400;
const MOST_TICKS = 5;

export function drawTile(ctx: CanvasRenderingContext2D, pod: PodSketch, x: number, y: number, size: number): void {
  const running = pod.containers.filter((one) => !one.init).map((one) => one.state === "running");
  if ("vector" in ctx) {
    ctx.save();
    ctx.translate(x, y);
    paint(ctx, pod, running, size);
    ctx.restore();
    if (pod.restarts && size >= 22) drawTicks(ctx, pod.restarts, x, y, size);
    return;
  }
  const ratio = ctx.getTransform().a;
  const key = `${pod.phase}|${pod.qos}|${running.map(Number).join("")}|${size}|${ratio}`;
  let sprite = sprites.get(key);
  if (!sprite) {
    if (sprites.size > MOST_SPRITES) sprites.clear();
    sprite = render(pod, running, size, ratio);
    sprites.set(key, sprite);
  }
  ctx.drawImage(sprite, x, y, size, size);
  if (pod.restarts && size >= 22) drawTicks(ctx, pod.restarts, x, y, size);
}

function render(pod: PodSketch, running: boolean[], size: number, ratio: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.ceil(size * ratio);
  const ctx = canvas.getContext("2d")!;
  ctx.scale(ratio, ratio);
  paint(ctx, pod, running, size);
  return canvas;
}

function paint(ctx: CanvasRenderingContext2D, pod: PodSketch, running: boolean[], size: number): void {
  const { phases } = ink();
  const colours = phases[pod.phase];
  const edge = size < 20 ? 1.2 : 1.5;
  const radius = size < 10 ? 1.5 : size < 20 ? 3 : size / 6;
  const box = (inset: number, r: number): void => {
    ctx.beginPath();
    ctx.roundRect(inset, inset, size - 2 * inset, size - 2 * inset, Math.max(1, r));
  };
  box(edge / 2, radius);
  ctx.fillStyle = size < 10 ? colours.fill : colours.ground;
  ctx.fill();
  if (size >= 10) segments(ctx, running, size, colours.fill);
  ctx.strokeStyle = colours.edge;
  ctx.lineWidth = edge;
  if (size >= 10 && pod.qos === "BestEffort") ctx.setLineDash(size < 20 ? [2.4, 1.8] : [3.6, 2.6]);
  box(edge / 2, radius);
  ctx.stroke();
  ctx.setLineDash([]);
  if (pod.qos === "Guaranteed" && size >= 10) {
    ctx.lineWidth = 1;
    box(size < 20 ? 2.7 : 3.2, radius - 2);
    ctx.stroke();
  }
  if (size >= 20) glyph(ctx, pod, size);
}

function segments(ctx: CanvasRenderingContext2D, running: boolean[], size: number, colour: string): void {
  if (!running.length) return;
  const inset = size < 20 ? 2.5 : size / 8;
  const step = (size - 2 * inset) / running.length;
  const height = size < 20 ? 3 : size / 5.5;
  ctx.fillStyle = colour;
  running.forEach((is, at) => {
    if (is) ctx.fillRect(inset + at * step + 0.5, size - inset - height, step - 1, height);
  });
}

function glyph(ctx: CanvasRenderingContext2D, pod: PodSketch, size: number): void {
  const { path, solid } = PHASE_GLYPHS[pod.phase];
  const sign = shape(path);
  ctx.save();
  ctx.translate(size / 2, size * 0.47);
  ctx.scale(size / 30, size / 30);
  ctx.shadowColor = "#000a";
  ctx.shadowBlur = 2;
  ctx.strokeStyle = ctx.fillStyle = "#fff";
  ctx.lineWidth = 1.9;
  ctx.lineCap = ctx.lineJoin = "round";
  if (solid) ctx.fill(sign);
  else ctx.stroke(sign);
  ctx.restore();
}

function drawTicks(ctx: CanvasRenderingContext2D, restarts: number, x: number, y: number, size: number): void {
  const n = Math.min(restarts, MOST_TICKS);
  const left = x + size / 2 - (n * 3 - 1) / 2;
  ctx.fillStyle = ink().ink;
  for (let at = 0; at < n; at++) ctx.fillRect(left + at * 3, y - 3.8, 1.6, 2.8);
  if (restarts > MOST_TICKS) {
    ctx.fillRect(left + n * 3 + 0.5, y - 2.9, 3.6, 1.1);
    ctx.fillRect(left + n * 3 + 1.8, y - 4.1, 1.1, 3.6);
  }
}
