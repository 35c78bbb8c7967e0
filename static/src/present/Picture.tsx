// What the audience sees: their very page, and the tools that work on it.
import { useEffect, useRef } from "preact/hooks";
import { shown } from "../audience/hall";
import { tool, type Tool } from "../audience/Marks";
import { gettext } from "../i18n/i18n";
import { Icon } from "../parts/Icon";
import { SHAPES, type Shape } from "./icons";
import { pick, pressed } from "./keys";
import { order, toggle, wipe } from "./orders";
import { plan } from "./plan";

const TOOLS: { name: Tool; shape: Shape; title: () => string }[] = [
  { name: "spotlight", shape: "spotlight", title: () => gettext("Spotlight") },
  { name: "laser", shape: "laser", title: () => gettext("Laser") },
  { name: "draw", shape: "draw", title: () => gettext("Draw") },
];

export function Picture() {
  const frame = useRef<HTMLIFrameElement>(null);
  const now = shown.value;
  const using = tool.value;
  const tell = (): void => frame.current?.contentWindow?.postMessage({ tool: tool.peek() }, location.origin);
  useEffect(tell, [using]);
  useEffect(() => {
    const hear = (event: MessageEvent): void => {
      const said = event.data as { k8sviz?: Record<string, unknown> };
      if (event.origin !== location.origin || event.source !== frame.current?.contentWindow || !said.k8sviz) return;
      if (said.k8sviz.ready) tell();
      else if (typeof said.k8sviz.key === "string") pressed(said.k8sviz.key);
      else order(said.k8sviz);
    };
    addEventListener("message", hear);
    return () => removeEventListener("message", hear);
  }, []);
  return (
    <section class="sees" aria-label={gettext("The audience sees")}>
      <header>
        <h2>
          <Icon path={SHAPES.eye} />
          {gettext("The audience sees")}
        </h2>
        {TOOLS.map(({ name, shape, title }) => (
          <button key={name} class="button on-board" aria-pressed={using === name} onClick={() => pick(name)}>
            <Icon path={SHAPES[shape]} />
            {title()}
          </button>
        ))}
        {now && now.strokes.length > 0 && (
          <button class="button on-board" onClick={wipe}>
            <Icon path={SHAPES.wipe} />
            {gettext("Wipe")}
          </button>
        )}
        <button class="button on-board" aria-pressed={now?.spotlight ?? true} onClick={() => toggle("spotlight")}>
          {gettext("Dim")}
        </button>
        <button class="button on-board" aria-pressed={now?.large ?? false} onClick={() => toggle("large")}>
          Aa {gettext("Large")}
        </button>
      </header>
      <div class="screen">
        <iframe ref={frame} src={`${plan.page}?preview`} title={gettext("The audience's page")} />
      </div>
    </section>
  );
}
