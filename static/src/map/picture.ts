// The picture of the map to take home: SVG by the painters with another pen, PNG by the same painters at twice the size.
import { config } from "../app/config";
import { gettext, fill } from "../i18n/i18n";
import { clock, elapsed, longTime, shownNow } from "../live/clock";
import { revision } from "../live/store";
import { ink } from "./ink";
import { EDGE, layout, shownPainter } from "./painter";
import { SvgPen } from "./svg";

const MARGIN = 16 + EDGE;
const CAPTION = 28;
const SHARP = 2;
const LARGEST = 16_000; // px that browsers allow a canvas on each side

function size(): { width: number; height: number } {
  const { width, height } = layout.peek();
  return { width: Math.ceil(width + 2 * MARGIN), height: Math.ceil(height + 2 * MARGIN + CAPTION) };
}

function draw(ctx: CanvasRenderingContext2D, { width, height }: { width: number; height: number }): void {
  const c = ink();
  ctx.fillStyle = c.board;
  ctx.fillRect(0, 0, width, height);
  ctx.save();
  ctx.translate(MARGIN, MARGIN);
  shownPainter!.drawAll(ctx);
  ctx.restore();
  ctx.font = `12px ${c.sans}`;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  ctx.fillStyle = c.ink2;
  ctx.fillText(caption(), MARGIN, height - MARGIN);
}

function caption(): string {
  const words = { name: config.cluster, time: clock.value ? longTime(elapsed(shownNow())) : "", revision: revision.value };
  return fill(gettext("%(name)s at %(time)s, revision %(revision)s"), words);
}

export function asSvg(): Blob {
  const all = size();
  const pen = new SvgPen(all.width, all.height);
  draw(pen.context, all);
  return new Blob([pen.text], { type: "image/svg+xml" });
}

export async function asPng(): Promise<Blob> {
  const all = size();
  const sharp = Math.min(SHARP, LARGEST / Math.max(all.width, all.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.floor(all.width * sharp);
  canvas.height = Math.floor(all.height * sharp);
  const ctx = canvas.getContext("2d")!;
  ctx.scale(sharp, sharp);
  draw(ctx, all);
  return new Promise((take, fail) => canvas.toBlob((blob) => (blob ? take(blob) : fail(new Error(gettext("The picture is too large for this browser.")))), "image/png"));
}
