// The frame: top bar, palette, the view, inspector, time bar.
import { useEffect } from "preact/hooks";
import { bundle } from "../build/bundle";
import { isWide } from "../build/shown";
import { draft } from "../carry/carry";
import { Inspector } from "../inspector/Inspector";
import { connection } from "../live/socket";
import { Add, Palette } from "../palette/Palette";
import { sheet as paletteSheet } from "../palette/search";
import { Queue } from "../palette/Queue";
import { TimeBar } from "../timebar/TimeBar";
import { config } from "./config";
import { Gone } from "./Gone";
import { Help } from "./Help";
import { LostBanner } from "./Lost";
import { Speaker } from "./Speaker";
import { selection } from "./state";
import { TopBar } from "./TopBar";
import { current, showView, views } from "./views";

export function App() {
  const view = views[current.value]!;
  const state = connection.value.state;
  const sheet = selection.value !== null || draft.value !== null || bundle.value !== null;
  const carried = draft.value !== null || bundle.value !== null;
  useEffect(() => {
    if (carried) paletteSheet.value = false;
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
    <div class={`frame${sheet ? " with-sheet" : ""}${view.wide ? " wide" : ""}${isWide.value ? " drafting" : ""}${view.palette || view.Left ? "" : " one-column"}`}>
      <TopBar />
      {view.palette && (
        <aside class={`left${paletteSheet.value ? " sheet" : ""}`}>
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
        <LostBanner />
        <view.Component />
      </main>
      {view.palette && <Add />}
      {!view.wide && <Inspector />}
      <TimeBar />
      <Help />
      <Speaker />
    </div>
  );
}
