// The page looks where the presenter looks: view, selection, tab, spotlight, large type.
import { batch, effect } from "@preact/signals";
import { light, lightParts, presented } from "../app/spotlight";
import { select, selection, showTab, tab, type Tab } from "../app/state";
import { current, showView, views } from "../app/views";
import { shown } from "./hall";

let followed = "";

/** Follows until the returned function is called. What somebody looks at by themselves stays until the presenter moves on. */
export function follow(): () => void {
  return effect(() => {
    const now = shown.value;
    if (!now) return;
    document.documentElement.classList.toggle("large", now.large);
    presented.value = now.spotlight && now.lit.length ? new Set(now.lit) : null;
    lightParts.value = new Set(now.spotlight ? now.parts : []);
    for (const part of ["ribbon", "queue"]) document.documentElement.classList.toggle(`lit-${part}`, lightParts.value.has(part));
    const look = now.look ?? { view: "", see: "", tab: "" };
    const wanted = JSON.stringify([now.step, look]);
    if (wanted === followed || (now.look === null && now.phase !== "start")) return;
    followed = wanted;
    batch(() => {
      light([]);
      showView(look.view || views[0]!.name);
      select(look.see || null);
      showTab((look.tab || "overview") as Tab);
    });
  });
}

/** Says what somebody looks at by themselves, in the presenter's own picture, so that all follow. */
export function lead(tell: (look: { view: string; see: string; tab: string }) => void): void {
  let last = "";
  effect(() => {
    const look = { view: views[current.value]!.name, see: selection.value ?? "", tab: tab.value === "overview" ? "" : tab.value };
    const text = JSON.stringify(look);
    const said = shown.peek()?.look;
    const same = said ? text === JSON.stringify({ view: said.view || views[0]!.name, see: said.see, tab: said.tab }) : last === "";
    if (text !== last && last !== "" && !same) tell(look);
    last = text;
  });
}
