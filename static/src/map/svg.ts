// A pen that draws like a canvas's context and writes SVG: the map's own painters serve the picture that one takes home.
import { textOf } from "./paths";

interface State {
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  lineCap: CanvasLineCap;
  lineJoin: CanvasLineJoin;
  globalAlpha: number;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
  shadowColor: string;
  shadowBlur: number;
  dash: number[];
  x: number; // where the origin is, and how large a unit
  y: number;
  unit: number;
}

const START: State = {
  fillStyle: "#000", strokeStyle: "#000", lineWidth: 1, lineCap: "butt", lineJoin: "miter", globalAlpha: 1, font: "10px sans-serif",
  textAlign: "start", textBaseline: "alphabetic", shadowColor: "", shadowBlur: 0, dash: [], x: 0, y: 0, unit: 1,
};
const ANCHORS: Partial<Record<CanvasTextAlign, string>> = { right: "end", end: "end", center: "middle" };
const BELOW: Partial<Record<CanvasTextBaseline, number>> = { middle: 0.35, top: 0.8, hanging: 0.8 }; // of the size of the type

const round = (value: number): string => String(Math.round(value * 100) / 100);
export const escaped = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd").replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

/** What the painters use of a context; colours are plain texts. */
export class SvgPen {
  readonly vector = true;
  private parts: string[] = [];
  private state: State = { ...START };
  private kept: State[] = [];
  private path = "";
  private ruler = document.createElement("canvas").getContext("2d")!;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {}

  /** The pen as the painters know it. */
  get context(): CanvasRenderingContext2D {
    const { state } = this;
    return new Proxy(this, {
      get: (pen, key) => (key in state ? pen.state[key as keyof State] : bound(pen, key)),
      set: (pen, key, value) => {
        if (key in state) (pen.state as unknown as Record<string | symbol, unknown>)[key] = value;
        return true;
      },
    }) as unknown as CanvasRenderingContext2D;
  }

  get text(): string {
    const size = `width="${round(this.width)}" height="${round(this.height)}"`;
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${round(this.width)} ${round(this.height)}">\n${this.parts.join("\n")}\n</svg>\n`;
  }

  save(): void {
    this.kept.push({ ...this.state });
  }
  restore(): void {
    this.state = this.kept.pop() ?? this.state;
  }
  translate(x: number, y: number): void {
    this.state.x += x * this.state.unit;
    this.state.y += y * this.state.unit;
  }
  scale(x: number): void {
    this.state.unit *= x;
  }
  setLineDash(dash: number[]): void {
    this.state.dash = dash;
  }
  getTransform(): { a: number } {
    return { a: this.state.unit };
  }

  beginPath(): void {
    this.path = "";
  }
  closePath(): void {
    this.path += "Z";
  }
  moveTo(x: number, y: number): void {
    this.path += `M${this.at(x, y)}`;
  }
  lineTo(x: number, y: number): void {
    this.path += `${this.path ? "L" : "M"}${this.at(x, y)}`;
  }
  quadraticCurveTo(cx: number, cy: number, x: number, y: number): void {
    this.path += `Q${this.at(cx, cy)} ${this.at(x, y)}`;
  }
  bezierCurveTo(ax: number, ay: number, bx: number, by: number, x: number, y: number): void {
    this.path += `C${this.at(ax, ay)} ${this.at(bx, by)} ${this.at(x, y)}`;
  }
  rect(x: number, y: number, w: number, h: number): void {
    this.path += `M${this.at(x, y)}H${round(this.left(x + w))}V${round(this.top(y + h))}H${round(this.left(x))}Z`;
  }
  roundRect(x: number, y: number, w: number, h: number, radius: number): void {
    const r = Math.max(0, Math.min(radius, w / 2, h / 2));
    const turn = (toX: number, toY: number): string => `A${round(r * this.state.unit)} ${round(r * this.state.unit)} 0 0 1 ${this.at(toX, toY)}`;
    this.path += `M${this.at(x + r, y)}L${this.at(x + w - r, y)}${turn(x + w, y + r)}L${this.at(x + w, y + h - r)}${turn(x + w - r, y + h)}L${this.at(x + r, y + h)}${turn(x, y + h - r)}L${this.at(x, y + r)}${turn(x + r, y)}Z`;
  }
  arc(x: number, y: number, r: number, from: number, to: number): void {
    const end = Math.min(to, from + 2 * Math.PI);
    const on = (angle: number): string => this.at(x + r * Math.cos(angle), y + r * Math.sin(angle));
    const middle = (from + end) / 2;
    const size = round(r * this.state.unit);
    this.path += `${this.path ? "L" : "M"}${on(from)}A${size} ${size} 0 0 1 ${on(middle)}A${size} ${size} 0 0 1 ${on(end)}`;
  }

  fill(shape?: Path2D): void {
    this.draw(`fill="${this.state.fillStyle}"`, shape);
  }
  stroke(shape?: Path2D): void {
    const { strokeStyle, lineWidth, lineCap, lineJoin, dash, unit: scale } = this.state;
    const size = shape ? 1 : scale; // a shape is scaled as a whole
    const more = [
      lineCap === "butt" ? "" : ` stroke-linecap="${lineCap}"`,
      lineJoin === "miter" ? "" : ` stroke-linejoin="${lineJoin}"`,
      dash.length ? ` stroke-dasharray="${dash.map((one) => round(one * size)).join(" ")}"` : "",
    ].join("");
    this.draw(`fill="none" stroke="${strokeStyle}" stroke-width="${round(lineWidth * size)}"${more}`, shape);
  }
  fillRect(x: number, y: number, w: number, h: number): void {
    const { fillStyle, unit: scale } = this.state;
    this.parts.push(`<rect x="${round(this.left(x))}" y="${round(this.top(y))}" width="${round(w * scale)}" height="${round(h * scale)}" fill="${fillStyle}"${this.faint()}/>`);
  }
  strokeRect(x: number, y: number, w: number, h: number): void {
    this.beginPath();
    this.rect(x, y, w, h);
    this.stroke();
  }

  measureText(text: string): TextMetrics {
    this.ruler.font = this.state.font;
    return this.ruler.measureText(text);
  }
  fillText(text: string, x: number, y: number, width?: number): void {
    const [, weight = "", size = "10", family = "sans-serif"] = /^(?:(\d+|bold) )?([\d.]+)px (.*)$/s.exec(this.state.font) ?? [];
    const { fillStyle, unit: scale, textAlign, textBaseline } = this.state;
    const large = Number(size) * scale;
    const pressed = width !== undefined && this.measureText(text).width > width ? ` textLength="${round(width * scale)}" lengthAdjust="spacingAndGlyphs"` : "";
    const anchor = ANCHORS[textAlign];
    this.parts.push(
      `<text x="${round(this.left(x))}" y="${round(this.top(y) + large * (BELOW[textBaseline] ?? 0))}" fill="${fillStyle}" font-family="${escaped(family)}" font-size="${round(large)}"` +
        `${weight ? ` font-weight="${weight}"` : ""}${anchor ? ` text-anchor="${anchor}"` : ""}${pressed}${this.faint()}>${escaped(text)}</text>`,
    );
  }
  drawImage(image: HTMLCanvasElement, x: number, y: number, w = image.width, h = image.height): void {
    const { unit: scale } = this.state;
    this.parts.push(`<image x="${round(this.left(x))}" y="${round(this.top(y))}" width="${round(w * scale)}" height="${round(h * scale)}" href="${image.toDataURL()}"${this.faint()}/>`);
  }

  private draw(how: string, shape?: Path2D): void {
    const { x, y, unit: scale } = this.state;
    if (shape) this.parts.push(`<path d="${textOf(shape)}" transform="translate(${round(x)} ${round(y)}) scale(${round(scale)})" ${how}${this.faint()}/>`);
    else if (this.path) this.parts.push(`<path d="${this.path}" ${how}${this.faint()}/>`);
  }
  private faint(): string {
    return this.state.globalAlpha < 1 ? ` opacity="${round(this.state.globalAlpha)}"` : "";
  }
  private left(x: number): number {
    return this.state.x + x * this.state.unit;
  }
  private top(y: number): number {
    return this.state.y + y * this.state.unit;
  }
  private at(x: number, y: number): string {
    return `${round(this.left(x))} ${round(this.top(y))}`;
  }
}

function bound(pen: SvgPen, key: string | symbol): unknown {
  const value = (pen as unknown as Record<string | symbol, unknown>)[key];
  return typeof value === "function" ? (value as (...more: unknown[]) => unknown).bind(pen) : value;
}
