// The map view: control plane, phases, the board, the latest events.
import { gettext } from "../i18n/i18n";
import { registerView } from "../app/views";
import { Board } from "./Board";
import { Filtered } from "./Filter";
import { Legend } from "./Legend";
import { Lights } from "./Lights";
import { Ribbon } from "./Ribbon";
import { FirstPod, PendingStrip } from "./States";
import { Ticker } from "./Ticker";
import { Zoom } from "./Zoom";
import "./map.css";
import "./ribbon.css";

function Map() {
  return (
    <div class="board">
      <Ribbon />
      <Legend />
      <Filtered />
      <Lights />
      <PendingStrip />
      <Board />
      <FirstPod />
      <Ticker />
      <Zoom />
    </div>
  );
}

registerView({ name: "map", title: () => gettext("Map"), Component: Map, palette: true });
