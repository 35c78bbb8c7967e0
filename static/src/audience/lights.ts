// What a presenter lights, outside the map: elements with `data-object` stand for an object, with `data-part` for a part
// of it. Those that are lit are marked with `data-lit`, and the style dims the rest of their view.
import { effect } from "@preact/signals";
import { lightParts, lit, spotlight } from "../app/spotlight";

/** `own`: lit itself, and outlined; `with`: with what is lit, such as a pod on a lit node. */
function lightOf(id: string, part: string | undefined): "own" | "with" | null {
  const own = spotlight.peek()?.has(id) ?? false;
  if (part !== undefined) return own && lightParts.peek().has(part) ? "own" : null;
  return own ? "own" : lit.peek()?.has(id) ? "with" : null;
}

function mark(): void {
  for (const one of document.querySelectorAll<HTMLElement | SVGElement>("[data-object]")) {
    const light = lightOf(one.dataset.object!, one.dataset.part);
    if (light === (one.dataset.lit ?? null)) continue;
    if (light) one.dataset.lit = light;
    else delete one.dataset.lit;
  }
}

/** Marks what is lit, now and whenever the light or the page changes. */
export function light(): void {
  new MutationObserver(() => spotlight.peek() && mark()).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-object", "data-part"] });
  effect(() => {
    void [lit.value, lightParts.value];
    mark();
  });
}
