// What the audience sees, inside the presenter's console: its clicks and keys go to the console.
import { effect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { LostBanner } from "../app/Lost";
import { light, ownLights } from "../app/spotlight";
import { current, showView, views } from "../app/views";
import { gettext } from "../i18n/i18n";
import { EDGE, layout } from "../map/painter";
import { hit } from "../map/layout";
import { lead } from "./follow";
import { say, shown } from "./hall";
import { Marks, tool, type Tool } from "./Marks";

const tell = (what: Record<string, unknown>): void => parent.postMessage({ k8sviz: what }, location.origin);

/** The object whose card, row or box is at a place of the window. */
function objectAt(x: number, y: number): string | undefined {
  const canvas = document.querySelector(".map-canvas")?.getBoundingClientRect();
  const scroller = document.querySelector(".map-scroller");
  if (canvas && scroller) {
    const found = hit(layout.peek(), x - canvas.left - EDGE, y - canvas.top - EDGE + scroller.scrollTop);
    return found?.cell?.pod.id ?? found?.card.node.id;
  }
  const under = document.elementsFromPoint(x, y).find((one) => !one.closest(".marks"));
  return under?.closest<HTMLElement>("[data-object]:not([data-part])")?.dataset.object;
}

/** Lights what was clicked, or no longer. */
function pick(x: number, y: number): void {
  const id = objectAt(x, y);
  if (!id) return;
  const before = shown.value?.lit ?? [];
  tell({ do: "show", spotlight: true, lit: before.includes(id) ? before.filter((one) => one !== id) : [...before, id] });
}

export function Preview() {
  useEffect(() => {
    addEventListener("message", (event) => {
      const said = event.data as { tool?: Tool };
      if (event.origin === location.origin && said.tool !== undefined) tool.value = said.tool;
    });
    addEventListener("keydown", (event) => {
      if (!event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.altKey) tell({ key: event.key });
    });
    lead((look) => tell({ do: "look", ...look }));
    const endLights = effect(() => {
      if (!ownLights.value.length) return;
      tell({ do: "show", spotlight: true, lit: ownLights.value });
      light([]);
    });
    tell({ ready: true });
    return endLights;
  }, []);
  const view = views[current.value]!;
  const now = shown.value;
  return (
    <div class="frame preview">
      <nav class="top" aria-label={gettext("Views")}>
        {views.map((one, at) => (
          <button key={one.name} class="view-tab" aria-current={at === current.value ? "page" : undefined} onClick={() => showView(one.name)}>
            {one.title()}
          </button>
        ))}
      </nav>
      <main class="view">
        <p class="spoken">{now ? say(now.caption) : ""}</p>
        <LostBanner />
        <div class="picture">
          <view.Component />
          <Marks tell={tell} pick={pick} />
        </div>
      </main>
      {now?.black && <div class="black" />}
    </div>
  );
}
