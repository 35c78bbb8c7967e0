// The colours and fonts of the board, read once from the design tokens.
import { PHASES, type Phase } from "../live/protocol";

export interface PhaseInk {
  fill: string;
  edge: string;
  ground: string; // the fill, dimmed, behind a tile
}

function read() {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const well = token("board-well");
  const phases = Object.fromEntries(
    PHASES.map((phase) => {
      const fill = token(phase.toLowerCase());
      return [phase, { fill, edge: token(`${phase.toLowerCase()}-edge`), ground: mix(fill, well, 0.22) }];
    }),
  ) as Record<Phase, PhaseInk>;
  return {
    board: token("board"),
    well,
    card: token("board-card"),
    lift: token("board-lift"),
    line: token("board-line"),
    line2: token("board-line-2"),
    ink: token("board-ink"),
    ink2: token("board-ink-2"),
    ink3: token("board-ink-3"),
    focus: token("board-focus"),
    bad: token("board-bad"),
    warn: token("board-warn"),
    good: token("board-good"),
    aimed: mix(token("board-focus"), token("board-card"), 0.09),
    sans: token("sans"),
    phases,
  };
}

export type Ink = ReturnType<typeof read>;

let known: Ink | null = null;
export const ink = (): Ink => (known ??= read());

function mix(a: string, b: string, share: number): string {
  const parts = (hex: string): number[] => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const [from, to] = [parts(a), parts(b)];
  return `rgb(${from.map((value, at) => Math.round(value * share + to[at]! * (1 - share))).join(" ")})`;
}

const widths = new Map<string, string>();

/** The text, cut with an ellipsis to what fits. */
export function clipped(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  const key = `${ctx.font}|${Math.floor(width)}|${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  let shown = text;
  if (ctx.measureText(text).width > width) {
    let low = 0;
    let high = text.length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (ctx.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
      else high = middle - 1;
    }
    shown = low ? `${text.slice(0, low)}…` : "";
  }
  if (widths.size > 5000) widths.clear();
  widths.set(key, shown);
  return shown;
}

const NARROWEST = 0.77; // of its natural width: text that is pressed more than this is cut instead

/** Draws the text in the width there is: a little pressed if that is enough, else cut with an ellipsis. */
export function write(ctx: CanvasRenderingContext2D, text: string, x: number, y: number, width: number): void {
  if (ctx.measureText(text).width * NARROWEST <= width) ctx.fillText(text, x, y, width);
  else ctx.fillText(clipped(ctx, text, width), x, y);
}
