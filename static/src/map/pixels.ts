// A picture made of whole pixels, written faster than any canvas draws: rectangles in a buffer, shown at once.
export class Pixels {
  private image: ImageData;
  private cells: Uint32Array;
  readonly width: number;
  readonly height: number;

  constructor(width: number, height: number) {
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    this.image = new ImageData(this.width, this.height);
    this.cells = new Uint32Array(this.image.data.buffer);
  }

  clear(colour: number): void {
    this.cells.fill(colour);
  }

  /** Device pixels; what is outside is cut. */
  rect(x: number, y: number, w: number, h: number, colour: number): void {
    const left = Math.max(0, x);
    const right = Math.min(this.width, x + w);
    const bottom = Math.min(this.height, y + h);
    for (let row = Math.max(0, y); row < bottom; row++) {
      const start = row * this.width;
      for (let at = start + left, end = start + right; at < end; at++) this.cells[at] = colour;
    }
  }

  show(ctx: CanvasRenderingContext2D): void {
    ctx.putImageData(this.image, 0, 0);
  }
}

/** A colour of the design (#rrggbb, or `rgb(r g b)`) as the buffer wants it, mixed into another by `share`. */
export function packed(colour: string, over = colour, share = 1): number {
  const [from, to] = [parts(colour), parts(over)];
  const [r, g, b] = from.map((value, at) => Math.round(value * share + to[at]! * (1 - share)));
  return ((255 << 24) | (b! << 16) | (g! << 8) | r!) >>> 0;
}

function parts(colour: string): number[] {
  const hex = /^#(..)(..)(..)$/.exec(colour);
  return hex ? hex.slice(1).map((part) => parseInt(part, 16)) : (colour.match(/\d+/g) ?? []).map(Number);
}
