// Paints the map on its canvas: asks for a frame of animation when something changed, and only then.
import { effect, signal } from "@preact/signals";
import { lightParts, lit, spotlight } from "../app/spotlight";
import { phaseFilter, selection } from "../app/state";
import { aim, asks, draft, verdicts } from "../carry/carry";
import { exposed } from "../live/expose";
import { connection } from "../live/socket";
import { paused } from "../live/clock";
import { lookNear } from "../live/near";
import { crowd, pods, revision, version } from "../live/store";
import { drawCard, type Scene } from "./card";
import { words } from "./filter";
import { grouping, podsIn, zones } from "./groups";
import { ink } from "./ink";
import { arrange, hasTiles, hit, type Hit, type Layout } from "./layout";
import { isLit } from "./looks";
import { Motion } from "./motion";
import { drawTile } from "./tile";
import { drawTiny, type Window } from "./tiny";
import { followUse, onUse, used } from "./used";
import { setZoom, zoom } from "./zoom";

const NOTHING: Layout = { width: 0, height: 0, level: "near", zones: [], cards: [], byNode: new Map() };

export const layout = signal<Layout>(NOTHING);
export const hovered = signal<string | null>(null);
export const focused = signal<string | null>(null);

/** Who paints the map that is shown. */
export let shownPainter: Painter | null = null;

export class Painter {
  private context: CanvasRenderingContext2D;
  private frame = 0;
  private laidOut = "";
  private width = 0;
  private height = 0;
  private motion = new Motion(() => this.ask());
  private ends: (() => void)[];

  constructor(
    private canvas: HTMLCanvasElement,
    private scroller: HTMLElement,
    private sizer: HTMLElement, // gives the scroller its extent
  ) {
    this.context = canvas.getContext("2d")!;
    shownPainter = this;
    exposed.map = told;
    const observer = new ResizeObserver(() => this.resize());
    observer.observe(scroller);
    const scrolled = (): void => this.ask();
    scroller.addEventListener("scroll", scrolled, { passive: true });
    this.ends = [
      () => observer.disconnect(),
      () => scroller.removeEventListener("scroll", scrolled),
      this.motion.listen(),
      followUse(),
      onUse(() => this.ask()),
      effect(() => {
        void [version.value, selection.value, phaseFilter.value, aim.value, draft.value, verdicts.value];
        void [words.value, grouping.value, zoom.value, lit.value, lightParts.value];
        void [hovered.value, focused.value, connection.value, paused.value];
        this.ask();
      }),
    ];
  }

  /** What moves now. */
  get moving(): Motion {
    return this.motion;
  }

  close(): void {
    cancelAnimationFrame(this.frame);
    if (shownPainter === this) shownPainter = null;
    for (const end of this.ends) end();
  }

  /** What is at a point of the window. */
  at(clientX: number, clientY: number): Hit | null {
    const box = this.canvas.getBoundingClientRect();
    return hit(layout.peek(), clientX - box.left - EDGE + this.scroller.scrollLeft, clientY - box.top - EDGE + this.scroller.scrollTop);
  }

  private resize(): void {
    const ratio = devicePixelRatio || 1;
    this.width = this.scroller.clientWidth;
    this.height = this.scroller.clientHeight;
    this.canvas.width = Math.round(this.width * ratio);
    this.canvas.height = Math.round(this.height * ratio);
    this.canvas.style.width = `${this.width}px`;
    this.canvas.style.height = `${this.height}px`;
    this.laidOut = "";
    this.paint(performance.now());
  }

  /** Zooms so that what is at this point of the window, else in the middle, stays there. */
  zoomAround = (factor: number, clientX?: number, clientY?: number): void => {
    const box = this.canvas.getBoundingClientRect();
    const x = clientX === undefined ? this.width / 2 : clientX - box.left;
    const y = clientY === undefined ? this.height / 2 : clientY - box.top;
    const { scroller } = this;
    const before = layout.peek();
    const there = { x: (scroller.scrollLeft + x - EDGE) / before.width, y: (scroller.scrollTop + y - EDGE) / before.height };
    const card = hit(before, scroller.scrollLeft + x - EDGE, scroller.scrollTop + y - EDGE)?.card;
    const within = card && { x: (scroller.scrollLeft + x - EDGE - card.x) / card.w, y: (scroller.scrollTop + y - EDGE - card.y) / card.h };
    setZoom(zoom.peek() * factor);
    this.paint(performance.now());
    const after = layout.peek();
    const now = card && after.byNode.get(card.node.name);
    scroller.scrollLeft = (now ? now.x + within!.x * now.w : there.x * after.width) + EDGE - x;
    scroller.scrollTop = (now ? now.y + within!.y * now.h : there.y * after.height) + EDGE - y;
    this.paint(performance.now());
  };

  private ask(): void {
    if (!this.frame) this.frame = requestAnimationFrame((now) => this.paint(now));
  }

  private paint(now: number): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (!this.width || !this.height) return;
    this.layOut();
    const moving = this.motion.advance(now);
    const ctx = this.context;
    const ratio = this.canvas.width / this.width;
    const { scrollLeft, scrollTop } = this.scroller;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.translate(EDGE - scrollLeft, EDGE - scrollTop);
    const scene = this.scene();
    const shown = layout.peek();
    if (hasTiles(shown.level)) ctx.clearRect(scrollLeft - EDGE, scrollTop - EDGE, this.width, this.height);
    else drawTiny(ctx, shown, scene, { left: scrollLeft - EDGE, top: scrollTop - EDGE, width: this.width, height: this.height, ratio });
    this.draw(ctx, scene, { left: scrollLeft - EDGE, top: scrollTop - EDGE, width: this.width, height: this.height });
    exposed.painted(revision.peek());
    if (moving) this.ask();
  }

  private layOut(): void {
    const of = `${version.peek()} ${zoom.peek()} ${grouping.peek()}`;
    if (this.laidOut === of) return;
    this.laidOut = of;
    layout.value = arrange(zones(), podsIn, this.width - 2 * EDGE, this.height - 2 * EDGE, zoom.peek());
    const { width, height } = layout.peek();
    this.sizer.style.height = `${height + 2 * EDGE}px`;
    this.sizer.style.width = width > this.width ? `${width + 2 * EDGE}px` : "";
    // What scrolls can be reached by the keyboard.
    this.scroller.tabIndex = width > this.width || height + 2 * EDGE > this.scroller.clientHeight ? 0 : -1;
  }

  private scene(): Scene {
    return {
      selected: selection.peek(),
      hovered: hovered.peek(),
      focused: focused.peek(),
      lit: isLit,
      spotlit: lit.peek() && spotlight.peek(),
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
    const shown = layout.peek();
    const scene = { ...this.scene(), hovered: null, focused: null };
    const whole = { left: 0, top: 0, width: shown.width, height: shown.height };
    if (!hasTiles(shown.level)) ctx.drawImage(tinyPicture(shown, scene), 0, 0, shown.width, shown.height);
    this.draw(ctx, scene, whole);
  }

  private draw(ctx: CanvasRenderingContext2D, scene: Scene, view: Omit<Window, "ratio">): void {
    const c = ink();
    const top = view.top - 40;
    const bottom = view.top + view.height + 40;
    const left = view.left - 40;
    const right = view.left + view.width + 40;
    const { zones: lines, cards, width, level } = layout.peek();
    for (const { name, y } of lines) {
      if (y < top || y > bottom) continue;
      ctx.font = `11px ${c.sans}`;
      ctx.textBaseline = "middle";
      ctx.fillStyle = c.ink3;
      const middle = level === "far" ? 7 : 8;
      ctx.fillText(name, 0, y + middle);
      const after = ctx.measureText(name).width + 8;
      ctx.fillStyle = c.line;
      ctx.fillRect(after, Math.round(y + middle - 1), width - after, 1);
    }
    if (!hasTiles(level)) return;
    const near = cards.filter((card) => card.y < bottom && card.y + card.h > top && card.x < right && card.x + card.w > left);
    for (const card of near) drawCard(ctx, card, scene);
    if (crowd.peek() && grouping.peek() === "node") lookNear(near.map((card) => card.node.name), "map");
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

const FINE = 2; // pixels a pixel, of a picture that one takes home

function tinyPicture(shown: Layout, scene: Scene): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(shown.width * FINE);
  canvas.height = Math.ceil(shown.height * FINE);
  const ctx = canvas.getContext("2d")!;
  ctx.setTransform(FINE, 0, 0, FINE, 0, 0);
  drawTiny(ctx, shown, scene, { left: 0, top: 0, width: shown.width, height: shown.height, ratio: FINE });
  return canvas;
}

/** Room round the map inside its canvas, for rings and glows. */
export const EDGE = 6;

function onlySystemPods(): boolean {
  for (const pod of pods.values()) if (pod.namespace !== "kube-system") return false;
  return true;
}

/** The map as data, for tests and for curious people. */
const told = {
  get level() {
    return layout.peek().level;
  },
  get zoom() {
    return zoom.peek();
  },
  get cards() {
    return layout.peek().cards.map((card) => card.node.name);
  },
  get lit() {
    return [...pods.values()].filter(isLit).map((pod) => pod.name);
  },
  get flying() {
    return [...(shownPainter?.moving.flights.keys() ?? [])];
  },
  get ringed() {
    return [...pods.keys()].filter((id) => shownPainter?.moving.ringed(id));
  },
  get used() {
    return Object.fromEntries(used.peek());
  },
};
