// What the presenter orders. Only the console that has the lead is obeyed; another one may take it.
import { computed, effect } from "@preact/signals";
import { order as steer } from "../timebar/orders";
import { paused } from "../live/clock";
import { crew, hall, send, shown } from "../audience/hall";

const KEPT = "k8sviz-console";
export const mine = (sessionStorage.getItem(KEPT) ?? crypto.getRandomValues(new Uint32Array(2)).join("-")).slice(0, 64);
sessionStorage.setItem(KEPT, mine);

export const led = computed(() => crew.value === null || crew.value.console === "" || crew.value.console === mine);

export function order(what: Record<string, unknown>): void {
  send({ ...what, console: mine });
}

export const takeOver = (): void => order({ do: "take" });

/** A console that finds the lead free takes it. */
export function takeWhatIsFree(): void {
  effect(() => {
    if (hall.value === "live" && crew.value?.console === "") takeOver();
  });
}

export const next = (): void => order({ do: "next" });
export const back = (): void => order({ do: "back" });
export const jump = (step: number): void => order({ do: "jump", step });
export const toggle = (what: "spotlight" | "large" | "black"): void => order({ do: "show", [what]: !shown.value?.[what] });
export const wipe = (): void => order({ do: "draw", points: null });
export const playOrPause = (): void => steer({ do: paused.value ? "play" : "pause" });

/** True while Next would do nothing: the cluster has to get somewhere first, or the demo is over. */
export const nextWaits = computed(() => {
  const now = shown.value;
  if (!now) return true;
  return now.phase === "waiting" || now.phase === "going" || (now.phase === "done" && now.step + 1 === now.steps);
});
