// How near the map is looked at: a factor in the address, moved by buttons, keys, the wheel with Ctrl, and two fingers.
import { computed } from "@preact/signals";
import { inAddress } from "../app/state";
import { LEAST_ZOOM, MOST_ZOOM } from "./shape";

export const STEP = 1.5;

const kept = inAddress("zoom");

export const zoom = computed(() => {
  const asked = Number(kept.value || 1);
  return Number.isFinite(asked) && asked > 0 ? Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, asked)) : 1;
});

type Mover = (factor: number, clientX?: number, clientY?: number) => void;
let mover: Mover | null = null;

export function setZoom(value: number): void {
  const next = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, value));
  kept.value = Math.abs(next - 1) < 0.01 ? "" : String(Number(next.toPrecision(4)));
}

/** Nearer or farther round a point of the window, else round the middle of the map. */
export const zoomBy: Mover = (factor, clientX, clientY) => mover?.(factor, clientX, clientY);

/** All in sight again. */
export function showAll(): void {
  setZoom(1);
}

/** Listens to wheel and fingers over the map; returns what ends it. */
export function zooms(area: HTMLElement, move: Mover): () => void {
  mover = move;
  let apart = 0;
  const wheel = (event: WheelEvent): void => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    move(Math.exp(-Math.max(-60, Math.min(60, event.deltaY)) / 120), event.clientX, event.clientY);
  };
  const touch = (event: TouchEvent): void => {
    const [one, other] = event.touches;
    if (!one || !other) {
      apart = 0;
      return;
    }
    event.preventDefault();
    const now = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    if (apart > 0 && now > 0) move(now / apart, (one.clientX + other.clientX) / 2, (one.clientY + other.clientY) / 2);
    apart = now;
  };
  area.addEventListener("wheel", wheel, { passive: false });
  for (const name of ["touchstart", "touchmove", "touchend", "touchcancel"] as const) area.addEventListener(name, touch, { passive: false });
  return () => {
    if (mover === move) mover = null;
    area.removeEventListener("wheel", wheel);
    for (const name of ["touchstart", "touchmove", "touchend", "touchcancel"] as const) area.removeEventListener(name, touch);
  };
}
