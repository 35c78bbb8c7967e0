// The keyboard: one list of keys, which the handler obeys and the help shows.
import { signal } from "@preact/signals";
import { gettext } from "../i18n/i18n";
import { paused } from "../live/clock";
import { light, ownLights } from "./spotlight";
import { selection, select } from "./state";
import { current } from "./views";
import { CLUSTER, draft, lift, putBack, putHere, target } from "../carry/carry";
import { takesCluster } from "../carry/places";
import { search } from "../palette/search";
import { moveAim } from "../map/aim";
import { showAll, STEP, zoomBy } from "../map/zoom";
import { order } from "../timebar/orders";

export const helpShown = signal(false);

interface Key {
  keys: string[];
  shown: string[];
  does: () => string;
  when?: () => boolean;
  run: (key: string) => void;
}

const carrying = (): boolean => draft.value !== null;

export const KEYS: Key[] = [
  { keys: ["p", "P"], shown: ["P"], does: () => gettext("carry a new Pod"), when: () => !carrying(), run: () => lift() },
  { keys: ["a", "A"], shown: ["A"], does: () => gettext("add something: search the kinds"), when: () => !carrying(), run: search },
  {
    keys: ["ArrowLeft", "ArrowUp", "ArrowDown", "ArrowRight"],
    shown: ["←", "↑", "↓", "→"],
    does: () => gettext("choose a place"),
    when: carrying,
    run: (key) => moveAim(key),
  },
  { keys: ["Enter"], shown: ["Enter"], does: () => gettext("put it here"), when: () => carrying() && target.value !== null, run: () => void putHere(target.value!) },
  { keys: ["s", "S"], shown: ["S"], does: () => gettext("put it anywhere: the scheduler chooses"), when: () => carrying() && takesCluster(), run: () => void putHere(CLUSTER) },
  {
    keys: ["Escape"],
    shown: ["Esc"],
    does: () => gettext("put it back, or close"),
    run: () => {
      if (helpShown.value) helpShown.value = false;
      else if (carrying()) putBack();
      else if (ownLights.value.length && current.value === 0) light([]); // only the map shows them
      else if (selection.value) select(null);
    },
  },
  { keys: [".", " "], shown: [".", "Space"], does: () => gettext("play or pause"), run: () => order({ do: paused.value ? "play" : "pause" }) },
  { keys: ["n", "N"], shown: ["N"], does: () => gettext("step to the next event"), run: () => order({ do: "step" }) },
  { keys: ["+", "="], shown: ["+"], does: () => gettext("bring the map nearer"), run: () => zoomBy(STEP) },
  { keys: ["-"], shown: ["-"], does: () => gettext("move the map away"), run: () => zoomBy(1 / STEP) },
  { keys: ["0"], shown: ["0"], does: () => gettext("show the whole map"), run: showAll },
  { keys: ["?"], shown: ["?"], does: () => gettext("show the keys"), run: () => (helpShown.value = !helpShown.value) },
];

/** Keys belong to what has the focus where that needs them: text everywhere, buttons for Enter and Space. */
function taken(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  if (event.key === "Escape") return false;
  if (target instanceof HTMLInputElement && target.type === "range") return /^(Arrow|Home|End|Page)/.test(event.key);
  if (target.closest("input, textarea, select, [contenteditable], .editor")) return true;
  if (event.key === "Enter" || event.key === " ") return target.closest("button, a, summary, [role=tab]") !== null;
  if (event.key.startsWith("Arrow")) return target.closest("[role=tablist]") !== null;
  return false;
}

export function listen(): void {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || taken(event)) return;
    const key = KEYS.find((one) => one.keys.includes(event.key) && (one.when?.() ?? true));
    if (!key) return;
    if (event.key !== "Escape") event.preventDefault();
    key.run(event.key);
  });
}
