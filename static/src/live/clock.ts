// The cluster's clock as it is shown: what the server said last, carried on by the wall clock while it runs.
import { computed, signal } from "@preact/signals";
import type { Clock, Micros } from "./protocol";

interface Told extends Clock {
  told: number; // performance.now() when it was told
}

export const clock = signal<Told | null>(null);
export const paused = computed(() => clock.value?.paused ?? true);

/** What happens now was asked for one by one: it is shown to its end, though the clock stands. */
export const byStep = (): boolean => paused.peek() || clock.peek()!.stepping;

/** The instant of the past that is shown, null for the present. */
export const past = signal<Micros | null>(null);

/** The instant of the picture that the page has got: it comes a little after what was asked for. */
export const pictured = signal<Micros | null>(null);

/** That instant where it lies within a span of time, as charts of one mark it; else null. */
export const pastWithin = (since: Micros, until: Micros): Micros | null => (past.value !== null && past.value >= since && past.value <= until ? past.value : null);

export const halted = computed(() => clock.value?.halted ?? null);

export function tell(said: Clock): void {
  clock.value = { ...said, told: performance.now() };
}

/** The virtual instant to show now. While the cluster runs it never passes an event that has not been played yet. */
export function shownNow(): Micros {
  return past.peek() ?? presentNow();
}

/** The cluster's own present, whatever is shown. */
export function presentNow(): Micros {
  const at = clock.peek();
  if (!at) return 0;
  if (at.paused || at.speed === 0) return at.now;
  const ahead = at.now + (performance.now() - at.told) * 1000 * at.speed;
  return at.due === null ? ahead : Math.min(ahead, Math.max(at.due, at.now));
}

const start = computed(() => clock.value?.start);

/** Since the cluster began; who shows it is told when the beginning is known. */
export const elapsed = (instant: Micros): Micros => instant - (start.value ?? instant);

const two = (n: number): string => String(n).padStart(2, "0");

/** 00:38:32.4, hours always shown. */
export function longTime(micros: Micros): string {
  const tenths = Math.max(0, Math.floor(micros / 100_000));
  const s = Math.floor(tenths / 10);
  return `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}.${tenths % 10}`;
}

/** 38:32.4, hours only where there are any. */
export function shortTime(micros: Micros): string {
  const long = longTime(micros);
  return long.startsWith("00:") ? long.slice(3) : long;
}

/** 4m12s, as kubectl shows an age. */
export function age(micros: Micros): string {
  const s = Math.max(0, Math.floor(micros / 1e6));
  if (s < 120) return `${s}s`;
  const m = Math.floor(s / 60);
  if (m < 10) return s % 60 ? `${m}m${s % 60}s` : `${m}m`;
  if (m < 180) return `${m}m`;
  const h = Math.floor(m / 60);
  return h < 48 ? `${h}h${h < 8 && m % 60 ? `${m % 60}m` : ""}` : `${Math.floor(h / 24)}d`;
}

/** A span of virtual time in words short enough for a caption: 0.4 s, 12 s, 3 min. */
export function span(micros: Micros): string {
  const s = Math.max(0, micros / 1e6);
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 120) return `${Math.round(s)} s`;
  return s < 7200 ? `${Math.round(s / 60)} min` : `${(s / 3600).toFixed(1)} h`;
}
