// The frame: top bar, palette, the view, inspector, time bar.
import { useEffect } from "preact/hooks";
import { draft } from "../carry/carry";
import { Inspector } from "../inspector/Inspector";
import { connection } from "../live/socket";
import { Palette } from "../palette/Palette";
import { Queue } from "../palette/Queue";
import { TimeBar } from "../timebar/TimeBar";
import { config } from "./config";
import { Gone } from "./Gone";
import { Help } from "./Help";
import { Speaker } from "./Speaker";
import { selection } from "./state";
import { TopBar } from "./TopBar";
import { current, showView, views } from "./views";

export function App() {
  const view = views[current.value]!;
  const state = connection.value.state;
  const sheet = selection.value !== null || draft.value !== null;
  useEffect(() => {
    document.body.classList.toggle("stale", state === "lost");
  }, [state]);
  const carried = draft.value !== null;
  useEffect(() => {
    if (carried && view.wide) showView("map"); // the only place where a pod can be put down
  }, [carried]);
  if (state === "gone") {
    return (
      <div class="frame alone">
        <TopBar />
        <main class="view">
          <Gone />
        </main>
      </div>
    );
  }
  return (
    <div class={`frame${sheet ? " with-sheet" : ""}${view.wide ? " wide" : ""}${view.palette || view.Left ? "" : " one-column"}`}>
      <TopBar />
      {view.palette && (
        <aside class="left">
          <Palette />
          <Queue />
        </aside>
      )}
      {view.Left && (
        <aside class="left">
          <view.Left />
        </aside>
      )}
      <main class="view">
        <h1 class="hidden-text">{`${config.cluster}: ${view.title()}`}</h1>
        <view.Component />
      </main>
      {!view.wide && <Inspector />}
      <TimeBar />
      <Help />
      <Speaker />
    </div>
  );
}
