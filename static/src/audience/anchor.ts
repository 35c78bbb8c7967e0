// Places in the picture that mean the same on every screen: parts of an object on the map, or of the whole picture.
import { EDGE, layout } from "../map/painter";
import type { Point } from "./hall";

interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** Where an object stands on the map, in pixels of the window; undefined where it is not to be seen. */
function boxOf(id: string): Box | undefined {
  const canvas = document.querySelector(".map-canvas")?.getBoundingClientRect();
  const scroller = document.querySelector(".map-scroller");
  if (!canvas || !scroller) return undefined;
  for (const card of layout.peek().cards) {
    const found = card.node.id === id ? card : [...card.pods, ...card.system].find((cell) => cell.pod.id === id);
    if (found) return { x: canvas.left + EDGE + found.x, y: canvas.top + EDGE + found.y - scroller.scrollTop, w: found.w, h: found.h };
  }
  return undefined;
}

const round = (part: number): number => Math.round(part * 1e4) / 1e4;

/** A place of the window as others can find it. */
export function anchored(x: number, y: number, picture: DOMRect): Point {
  for (const card of layout.peek().cards) {
    const box = boxOf(card.node.id);
    if (box && x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h) {
      return { on: card.node.id, x: round((x - box.x) / box.w), y: round((y - box.y) / box.h) };
    }
  }
  return { on: "", x: round((x - picture.left) / picture.width), y: round((y - picture.top) / picture.height) };
}

/** The same place in this window, from the picture's corner. */
export function placed(point: Point, picture: DOMRect): [number, number] {
  const box = point.on ? boxOf(point.on) : undefined;
  if (box) return [box.x - picture.left + point.x! * box.w, box.y - picture.top + point.y! * box.h];
  return [point.x! * picture.width, point.y! * picture.height];
}
