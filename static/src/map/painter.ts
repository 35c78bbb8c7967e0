// Paints the map on its canvas: asks for a frame of animation when something changed, and only then.
import { effect, signal } from "@preact/signals";
import { lightParts, lit, spotlight } from "../app/spotlight";
import { phaseFilter, selection } from "../app/state";
import { aim, asks, draft, verdicts } from "../carry/carry";
import { exposed } from "../live/expose";
import { connection } from "../live/socket";
import { paused } from "../live/clock";
import { pods, podsOn, revision, version } from "../live/store";
import { drawCard, type Scene } from "./card";
import { ink } from "./ink";
import { arrange, hit, type Hit, type Layout } from "./layout";
import { Motion } from "./motion";
import { drawTile } from "./tile";
import { zones } from "./zones";

const NOTHING: Layout = { width: 0, height: 0, zones: [], cards: [], byNode: new Map() };

export const layout = signal<Layout>(NOTHING);
export const hovered = signal<string | null>(null);
export const focused = signal<string | null>(null);

/** Who paints the map that is shown. */
export let shownPainter: Painter | null = null;

export class Painter {
  private context: CanvasRenderingContext2D;
  private frame = 0;
  private laidOut = -1;
  private width = 0;
  private height = 0;
  private motion = new Motion(() => this.ask());
  private ends: (() => void)[];

  constructor(
    private canvas: HTMLCanvasElement,
    private scroller: HTMLElement,
  ) {
    this.context = canvas.getContext("2d")!;
    shownPainter = this;
    const observer = new ResizeObserver(() => this.resize());
    observer.observe(scroller);
    const scrolled = (): void => this.ask();
    scroller.addEventListener("scroll", scrolled, { passive: true });
    this.ends = [
      () => observer.disconnect(),
      () => scroller.removeEventListener("scroll", scrolled),
      this.motion.listen(),
      effect(() => {
        void [version.value, selection.value, phaseFilter.value, aim.value, draft.value, verdicts.value];
        void [lit.value, lightParts.value, hovered.value, focused.value, connection.value, paused.value];
        this.ask();
      }),
    ];
  }

  close(): void {
    cancelAnimationFrame(this.frame);
    if (shownPainter === this) shownPainter = null;
    for (const end of this.ends) end();
  }

  /** What is at a point of the window. */
  at(clientX: number, clientY: number): Hit | null {
    const box = this.canvas.getBoundingClientRect();
    return hit(layout.peek(), clientX - box.left - EDGE, clientY - box.top - EDGE + this.scroller.scrollTop);
  }

  private resize(): void {
    const ratio = devicePixelRatio || 1;
    this.width = this.scroller.clientWidth;
    this.height = this.scroller.clientHeight;
    this.canvas.width = Math.round(this.width * ratio);
    this.canvas.height = Math.round(this.height * ratio);
    this.canvas.style.width = `${this.width}px`;
    this.canvas.style.height = `${this.height}px`;
    this.laidOut = -1;
    this.paint(performance.now());
  }

  private ask(): void {
    if (!this.frame) this.frame = requestAnimationFrame((now) => this.paint(now));
  }

  private paint(now: number): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (!this.width || !this.height) return;
    if (this.laidOut !== version.peek()) {
      this.laidOut = version.peek();
      layout.value = arrange(zones(), (node) => podsOn.get(node)?.values() ?? [], this.width - 2 * EDGE, this.height - 2 * EDGE);
    }
    const moving = this.motion.advance(now);
    const ctx = this.context;
    const ratio = this.canvas.width / this.width;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, this.width, this.height);
    ctx.translate(EDGE, EDGE - this.scroller.scrollTop);
    const top = this.scroller.scrollTop;
    this.draw(ctx, this.scene(), top, top + this.height);
    exposed.painted(revision.peek());
    if (moving) this.ask();
  }

  private scene(): Scene {
    const filter = phaseFilter.peek();
    const spot = lit.peek();
    return {
      selected: selection.peek(),
      hovered: hovered.peek(),
      focused: focused.peek(),
      lit: (one) => (!filter || one.phase === filter) && (!spot || spot.has(one.id)),
      spotlit: spot && spotlight.peek(),
      parts: lightParts.peek(),
      carrying: draft.peek() !== null,
      aim: aim.peek(),
      verdicts: verdicts.peek(),
      asks: asks.peek(),
      flying: this.motion.flying,
      shownShare: this.motion.share,
      alpha: this.motion.alpha,
      rings: this.motion.ringed,
      empty: onlySystemPods(),
    };
  }

  /** The whole map, as it would be drawn without a window round it. */
  drawAll(ctx: CanvasRenderingContext2D): void {
    this.draw(ctx, { ...this.scene(), hovered: null, focused: null }, 0, layout.peek().height);
  }

  private draw(ctx: CanvasRenderingContext2D, scene: Scene, from: number, to: number): void {
    const c = ink();
    const top = from - 40;
    const bottom = to + 40;
    const { zones: lines, cards, width } = layout.peek();
    for (const { name, y } of lines) {
      if (y < top || y > bottom) continue;
      ctx.font = `11px ${c.sans}`;
      ctx.textBaseline = "middle";
      ctx.fillStyle = c.ink3;
      ctx.fillText(name, 0, y + 8);
      const left = ctx.measureText(name).width + 8;
      ctx.fillStyle = c.line;
      ctx.fillRect(left, Math.round(y + 7), width - left, 1);
    }
    for (const card of cards) if (card.y < bottom && card.y + card.h > top) drawCard(ctx, card, scene);
    this.drawFlights(ctx);
  }

  private drawFlights(ctx: CanvasRenderingContext2D): void {
    const { flights } = this.motion;
    if (!flights.size) return;
    const start = this.queueAt();
    for (const { pod, share } of flights.values()) {
      const card = layout.peek().byNode.get(pod.node);
      const cell = card && [...card.pods, ...card.system].find((one) => one.pod.id === pod.id);
      if (!cell) continue;
      const x = start.x + (cell.x - start.x) * share;
      const y = start.y + (cell.y - start.y) * share - Math.sin(share * Math.PI) * 24;
      drawTile(ctx, cell.pod, x, y, Math.max(13, cell.size));
    }
  }

  /** Where the queue of pending pods is, seen from the map: flights start there. */
  private queueAt(): { x: number; y: number } {
    const box = this.canvas.getBoundingClientRect();
    const queue = document.querySelector(".queue ul")?.getBoundingClientRect();
    const y = queue?.height || queue?.top ? queue.top - box.top + 12 : box.height / 2;
    return { x: -40, y: y + this.scroller.scrollTop };
  }
}

/** Room round the map inside its canvas, for rings and glows. */
export const EDGE = 6;

function onlySystemPods(): boolean {
  for (const pod of pods.values()) if (pod.namespace !== "kube-system") return false;
  return true;
}
