// The console's keys: those of a presentation remote, and letters for the tools. The help shows the same list.
import { KEYS, helpShown } from "../app/keys";
import { tool, type Tool } from "../audience/Marks";
import { gettext } from "../i18n/i18n";
import { back, next, nextWaits, order, playOrPause, toggle, wipe } from "./orders";

export function pick(name: Tool): void {
  tool.value = tool.value === name ? "" : name;
  if (tool.value !== "laser") order({ do: "point", on: "" });
}

/** Replaces the keys of a cluster's page, whose help then shows these. */
export function useOwnKeys(): void {
  KEYS.splice(
    0,
    KEYS.length,
    { keys: ["PageDown", "ArrowRight"], shown: ["Page Down", "→"], does: () => gettext("next"), run: () => void (nextWaits.value || next()) },
    { keys: ["PageUp", "ArrowLeft"], shown: ["Page Up", "←"], does: () => gettext("back: the cluster rewinds"), run: back },
    { keys: ["."], shown: ["."], does: () => gettext("play or pause"), run: playOrPause },
    { keys: ["b", "B"], shown: ["B"], does: () => gettext("black screen"), run: () => toggle("black") },
    { keys: ["s", "S"], shown: ["S"], does: () => gettext("spotlight: click what to light"), run: () => pick("spotlight") },
    { keys: ["d", "D"], shown: ["D"], does: () => gettext("dim the rest, or not"), run: () => toggle("spotlight") },
    { keys: ["l", "L"], shown: ["L"], does: () => gettext("laser pointer"), run: () => pick("laser") },
    { keys: ["f", "F"], shown: ["F"], does: () => gettext("draw freehand"), run: () => pick("draw") },
    { keys: ["c", "C"], shown: ["C"], does: () => gettext("wipe what is drawn"), run: wipe },
    { keys: ["t", "T"], shown: ["T"], does: () => gettext("large type"), run: () => toggle("large") },
    { keys: ["Escape"], shown: ["Esc"], does: () => gettext("put the tool away"), run: () => (helpShown.value ? (helpShown.value = false) : pick("")) },
    { keys: ["?"], shown: ["?"], does: () => gettext("show the keys"), run: () => (helpShown.value = !helpShown.value) },
  );
}

/** A key that was pressed inside the audience's picture. */
export function pressed(name: string): void {
  KEYS.find((one) => one.keys.includes(name) && (one.when?.() ?? true))?.run(name);
}
